using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Protocols;

/// <summary>Values of the many <c>*.checksum.status</c> and <c>*.fcs.status</c> fields.</summary>
static class ChecksumStatus
{
    public const uint Bad = 0;
    public const uint Good = 1;
    public const uint Unverified = 2;
    public const uint NotPresent = 3;

    public static readonly ValueNames Names = ValueNames.Of((0, "Bad"), (1, "Good"), (2, "Unverified"), (3, "Not present"), (4, "Illegal"));
}
