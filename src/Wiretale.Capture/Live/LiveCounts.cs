namespace Wiretale.Capture.Live;

/// <summary>What was counted at a device; null where the system does not count.</summary>
/// <param name="Device">Its name.</param>
/// <param name="Captured">Packets written.</param>
/// <param name="Received">Packets that passed the capture filter.</param>
/// <param name="Dropped">Packets that passed it and found no room in the kernel's buffer.</param>
/// <param name="DroppedByInterface">Packets that the device or its driver lost.</param>
public sealed record LiveCounts(string Device, long Captured, uint? Received, uint? Dropped, uint? DroppedByInterface)
{
    /// <summary>A line for the user; drops are always named.</summary>
    public override string ToString() => Received is null
        ? $"{Device}: drops are not counted here"
        : $"{Device}: {Received} packets received by filter, {Dropped} dropped by kernel, {DroppedByInterface} dropped by interface";
}
