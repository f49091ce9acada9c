using System.Runtime.InteropServices;
using Wiretale.Wire;

namespace Wiretale.Capture.Live;

/// <summary>Takes a packet; its bytes are valid during the call only. False wants no more.</summary>
delegate bool PacketHandler(in FrameRecord frame);

/// <summary>An open device.</summary>
sealed unsafe class LiveDevice : IDisposable
{
    /// <summary>How long the kernel may collect packets before it hands them over.</summary>
    public const int HandOverMilliseconds = 50;

    /// <summary>Packets at a time, so that a busy device does not keep the others waiting.</summary>
    const int PacketsAtOnce = 4096;

    const int Nanoseconds = 1;

    readonly nint pcap;
    readonly int number;
    readonly LinkType linkType;
    readonly bool nanoseconds;
    PacketHandler? handler;
    Exception? failure;

    public LiveDevice(LiveDeviceOptions options, int number)
    {
        this.number = number;
        Options = options;
        byte* error = stackalloc byte[LibPcap.ErrorSize];
        pcap = LibPcap.Create(options.Name, error);
        if (pcap == 0)
        {
            throw new LiveCaptureException($"The capture session could not be initiated on interface '{options.Name}' ({LibPcap.Text(error)}).");
        }

        try
        {
            LibPcap.SetSnapLength(pcap, options.SnapLength);
            LibPcap.SetPromiscuous(pcap, options.Promiscuous ? 1 : 0);
            LibPcap.SetTimeout(pcap, HandOverMilliseconds);
            LibPcap.SetBufferSize(pcap, options.BufferSize << 20);
            LibPcap.SetTimePrecision(pcap, Nanoseconds);
            if (options.Monitor)
            {
                LibPcap.SetMonitor(pcap, 1);
            }

            Activate();
            if (options.LinkType is { } type && LibPcap.SetDataLink(pcap, CaptureFilter.LinkTypeNumber(type)) != 0)
            {
                throw new LiveCaptureException($"Unable to set data link type on interface '{options.Name}' ({LibPcap.Text(LibPcap.ErrorText(pcap))}).");
            }

            linkType = LinkTypeOf(LibPcap.DataLink(pcap));
            if (options.Filter is { Length: > 0 } filter)
            {
                CaptureFilter.Apply(pcap, filter, options.DisplayName);
            }

            if (LibPcap.SetNonBlocking(pcap, 1, error) != 0)
            {
                throw new LiveCaptureException(LibPcap.Text(error));
            }

            nanoseconds = LibPcap.GetTimePrecision(pcap) == Nanoseconds;
            Descriptor = LibPcap.SelectableDescriptor(pcap);
        }
        catch
        {
            LibPcap.Close(pcap);
            throw;
        }
    }

    public LiveDeviceOptions Options { get; }

    /// <summary>What poll(2) can wait for; -1 where the device has nothing of the kind.</summary>
    public int Descriptor { get; }

    /// <summary>Packets handed on.</summary>
    public long Delivered { get; private set; }

    public CaptureInterface Interface => new()
    {
        LinkType = linkType,
        SnapLength = (uint)Options.SnapLength,
        TimeResolution = nanoseconds ? (byte)9 : CaptureInterface.Microseconds,
        Name = Options.Name,
        Filter = Options.Filter,
        OperatingSystem = RuntimeInformation.OSDescription,
    };

    /// <summary>Link types the device can give: libpcap's name and its description.</summary>
    public IReadOnlyList<(string Name, string Description)> LinkTypes
    {
        get
        {
            int* types;
            int count = LibPcap.ListDataLinks(pcap, &types);
            var all = new List<(string, string)>();
            for (int i = 0; i < count; i++)
            {
                byte* name = LibPcap.DataLinkName(types[i]);
                all.Add((name == null ? $"DLT {types[i]}" : LibPcap.Text(name), LibPcap.Text(LibPcap.DataLinkDescription(types[i]))));
            }

            if (count > 0)
            {
                LibPcap.FreeDataLinks(types);
            }

            return all;
        }
    }

    /// <summary>Hands on what has arrived, without waiting; returns how many packets that were.</summary>
    public int Take(PacketHandler taker)
    {
        handler = taker;
        var self = GCHandle.Alloc(this);
        int count;
        try
        {
            count = LibPcap.Dispatch(pcap, PacketsAtOnce, &OnPacket, GCHandle.ToIntPtr(self));
        }
        finally
        {
            self.Free();
            handler = null;
        }

        if (failure is not null)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
        }

        return count is >= 0 or LibPcap.Break ? Math.Max(count, 0)
            : throw new LiveCaptureException($"Error while capturing packets on '{Options.DisplayName}': {LibPcap.Text(LibPcap.ErrorText(pcap))}");
    }

    /// <summary>What was counted so far.</summary>
    public LiveCounts Counts
    {
        get
        {
            LibPcap.Counts counts;
            return LibPcap.Statistics(pcap, &counts) == 0
                ? new(Options.Name, Delivered, counts.Received, counts.Dropped, counts.InterfaceDropped)
                : new(Options.Name, Delivered, null, null, null);
        }
    }

    public void Dispose() => LibPcap.Close(pcap);

    [UnmanagedCallersOnly]
    static void OnPacket(nint user, LibPcap.PacketHeader* header, byte* bytes)
    {
        var device = (LiveDevice)GCHandle.FromIntPtr(user).Target!;
        if (device.failure is not null)
        {
            return;
        }

        var frame = new FrameRecord
        {
            Bytes = bytes,
            CapturedLength = (int)header->CapturedLength,
            OriginalLength = header->Length,
            Time = new(header->Seconds, (int)header->Fraction * (device.nanoseconds ? 1 : 1000)),
            HasTimestamp = true,
            Interface = device.number,
            LinkType = device.linkType,
            Options = -1,
        };
        try
        {
            if (device.handler!(frame))
            {
                device.Delivered++;
            }
            else
            {
                LibPcap.BreakLoop(device.pcap);
            }
        }
        catch (Exception e)
        {
            // No exception may cross libpcap's frames.
            device.failure = e;
            LibPcap.BreakLoop(device.pcap);
        }
    }

    /// <summary>Files hold LINKTYPE_ values, which differ from the system's DLT_ values for a few.</summary>
    static LinkType LinkTypeOf(int dataLink) => dataLink switch
    {
        (int)LinkType.Rfc1483Dlt => LinkType.Rfc1483,
        (int)LinkType.RawIpDlt12 or (int)LinkType.RawIpDlt14 => LinkType.RawIp,
        _ => (LinkType)dataLink,
    };

    void Activate()
    {
        int status = LibPcap.Activate(pcap);
        if (status >= 0)
        {
            return;
        }

        string name = Options.Name, status1 = LibPcap.Text(LibPcap.StatusText(status)), detail = LibPcap.Text(LibPcap.ErrorText(pcap));
        string reason = detail.Length > 0 ? detail : status1;
        throw new LiveCaptureException(status switch
        {
            LibPcap.NoSuchDevice => $"There is no device named \"{name}\".\n({(detail.Length > 0 ? detail : "wiretale -D lists those that are there")})",
            LibPcap.MonitorNotSupported => $"Capturing in monitor mode is not supported on device \"{name}\".\n({reason})",
            LibPcap.InterfaceDown => $"The capture session could not be initiated on interface '{name}' ({reason}).",
            LibPcap.NotPermitted or LibPcap.PromiscuousNotPermitted => $"You do not have permission to capture on device \"{name}\".\n({reason})\n{CapturePermission.Advice}",
            _ => $"The capture session could not be initiated on interface '{name}' ({reason}).",
        });
    }
}
