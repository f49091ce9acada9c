using Wiretale.Capture.Live;

namespace Wiretale.Capture.Tests.Live;

/// <summary>A test that needs libpcap; it is skipped where that is not installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
sealed class LibPcapFactAttribute : FactAttribute
{
    public LibPcapFactAttribute() => Skip = CaptureDevice.LibraryVersion is null ? "libpcap is not installed." : null;
}
