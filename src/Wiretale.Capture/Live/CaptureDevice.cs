using System.Net;

namespace Wiretale.Capture.Live;

/// <summary>A device that libpcap can capture on, as far as this user may see it.</summary>
/// <param name="Name">Its name, such as eth0.</param>
/// <param name="Description">What libpcap says about it; may be empty.</param>
/// <param name="IsLoopback">Whether it leads nowhere but back.</param>
/// <param name="IsUp">Whether it is switched on.</param>
/// <param name="Addresses">Its IPv4 and IPv6 addresses.</param>
public sealed unsafe record CaptureDevice(string Name, string Description, bool IsLoopback, bool IsUp, IReadOnlyList<IPAddress> Addresses)
{
    /// <summary>Name for messages: <c>Loopback: lo</c>, <c>eth0</c>.</summary>
    public string DisplayName => IsLoopback ? "Loopback: " + Name : Name;

    /// <summary>The version of libpcap, in its own words; null where it is not installed.</summary>
    public static string? LibraryVersion => LibPcap.IsThere ? LibPcap.Text(LibPcap.Version()) : null;

    /// <summary>All of them, in libpcap's order.</summary>
    /// <exception cref="LiveCaptureException">libpcap is missing or fails.</exception>
    public static IReadOnlyList<CaptureDevice> List()
    {
        LibPcap.Demand();
        byte* error = stackalloc byte[LibPcap.ErrorSize];
        LibPcap.Device* first;
        if (LibPcap.FindAllDevices(&first, error) != 0)
        {
            throw new LiveCaptureException(LibPcap.Text(error));
        }

        var devices = new List<CaptureDevice>();
        for (var device = first; device != null; device = device->Next)
        {
            devices.Add(new(LibPcap.Text(device->Name), LibPcap.Text(device->Description),
                (device->Flags & LibPcap.FlagLoopback) != 0, (device->Flags & LibPcap.FlagUp) != 0, AddressesOf(device)));
        }

        LibPcap.FreeAllDevices(first);
        return devices;
    }

    static List<IPAddress> AddressesOf(LibPcap.Device* device)
    {
        // The BSDs begin a sockaddr with its length; the family is the second byte there, the first two here.
        bool lengthFirst = OperatingSystem.IsMacOS() || OperatingSystem.IsFreeBSD();
        int v6 = OperatingSystem.IsMacOS() ? 30 : OperatingSystem.IsFreeBSD() ? 28 : OperatingSystem.IsWindows() ? 23 : 10;
        var addresses = new List<IPAddress>();
        for (var entry = device->Addresses; entry != null; entry = entry->Next)
        {
            if (entry->Address == null)
            {
                continue;
            }

            int family = lengthFirst ? entry->Address[1] : *(ushort*)entry->Address;
            if (family == 2)
            {
                addresses.Add(new IPAddress(new ReadOnlySpan<byte>(entry->Address + 4, 4)));
            }
            else if (family == v6)
            {
                addresses.Add(new IPAddress(new ReadOnlySpan<byte>(entry->Address + 8, 16)));
            }
        }

        return addresses;
    }
}
