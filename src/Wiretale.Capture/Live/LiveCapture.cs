using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using Wiretale.Wire;

namespace Wiretale.Capture.Live;

/// <summary>
/// A capture from devices into files. One thread takes packets and writes them, and does nothing else; whoever wants to see them
/// reads the files behind it (<see cref="Packets"/>), however slowly, and no packet is lost by that.
/// </summary>
public sealed class LiveCapture : IDisposable
{
    /// <summary>How long packets may wait before they are on their way to the disk.</summary>
    const int TurnMilliseconds = 100;

    /// <summary>Turns over a busy device before the others, and the clock, are looked at.</summary>
    const int TurnsAtOnce = 64;

    readonly LiveOptions options;
    readonly TimeProvider clock;
    readonly LiveDevice[] devices = [];
    readonly LibPcap.PollEntry[] entries;
    readonly FollowStream? follower;
    readonly CaptureFiles files;
    readonly Timestamp start;
    readonly CaptureSection section;
    readonly PacketHandler onPacket;
    CaptureWriter writer;
    Thread? thread;
    ExceptionDispatchInfo? failure;
    volatile bool stopping;
    bool finished;
    long captured, inFile;
    long began, fileBegan;
    DateTimeOffset nextInterval = DateTimeOffset.MaxValue;

    /// <summary>Opens the devices and the first file; packets are being kept from now on.</summary>
    /// <exception cref="LiveCaptureException">A device cannot be opened; the message is for the user.</exception>
    /// <exception cref="CaptureException">The file cannot be created.</exception>
    public LiveCapture(LiveOptions options, TimeProvider? clock = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        LibPcap.Demand();
        this.options = options;
        this.clock = clock ?? TimeProvider.System;
        onPacket = OnPacket;
        follower = options.IsRead ? new() : null;
        files = new(options, follower, this.clock);
        start = Now();
        section = new()
        {
            OperatingSystem = RuntimeInformation.OSDescription,
            Application = $"Wiretale {typeof(LiveCapture).Assembly.GetName().Version?.ToString(3)}",
            Comments = options.Comments,
        };
        try
        {
            var open = new List<LiveDevice>();
            foreach (var device in options.Devices)
            {
                open.Add(new LiveDevice(device, open.Count));
                devices = [.. open];
            }

            entries = [.. devices.Select(d => new LibPcap.PollEntry { Descriptor = d.Descriptor, Events = 1 })];
            CheckFormat();
            writer = NextWriter();
        }
        catch
        {
            CloseDevices();
            follower?.Dispose();
            throw;
        }
    }

    /// <summary>What is being captured, as a capture file that grows; null when nobody said that it would be read.</summary>
    public Stream? Packets => follower;

    /// <summary>Packets written so far.</summary>
    public long Captured => Volatile.Read(ref captured);

    /// <summary>What was counted at each device; final once <see cref="Wait()"/> has returned.</summary>
    public IReadOnlyList<LiveCounts> Counts { get; private set; } = [];

    /// <summary>Starts the thread that captures.</summary>
    public void Start()
    {
        thread = new Thread(Work) { Name = "capture" };
        thread.Start();
    }

    /// <summary>Ends the capture after what has arrived by now; may be called from any thread.</summary>
    public void Stop() => stopping = true;

    /// <summary>Waits for the end, when the last file is whole.</summary>
    /// <exception cref="LiveCaptureException">A device failed; what came before is written.</exception>
    /// <exception cref="CaptureException">Writing failed.</exception>
    public void Wait()
    {
        thread?.Join();
        failure?.Throw();
    }

    /// <summary>Waits for the end, but no longer than this; whether it has come. Failures are told by <see cref="Wait()"/>.</summary>
    public bool Wait(TimeSpan time) => thread?.Join(time) ?? false;

    /// <summary>The link types that a device can give: libpcap's name and its description.</summary>
    /// <exception cref="LiveCaptureException">The device cannot be opened.</exception>
    public static IReadOnlyList<(string Name, string Description)> LinkTypes(LiveDeviceOptions device)
    {
        LibPcap.Demand();
        using var open = new LiveDevice(device with { LinkType = null, Filter = null }, 0);
        return open.LinkTypes;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        Stop();
        if (thread is null)
        {
            Finish();
        }

        thread?.Join();
        follower?.Dispose();
    }

    void Work()
    {
        try
        {
            began = fileBegan = clock.GetTimestamp();
            while (!stopping && !finished)
            {
                Turn();
                CheckClock();
            }

            // The kernel hands packets over in blocks, the last of them when its time is up.
            long stopped = clock.GetTimestamp();
            while (!finished && clock.GetElapsedTime(stopped).TotalMilliseconds < 3 * LiveDevice.HandOverMilliseconds)
            {
                Turn();
            }
        }
        catch (Exception e)
        {
            failure = ExceptionDispatchInfo.Capture(e);
        }

        Finish();
    }

    /// <summary>Waits a little for packets, takes what there is and hands it to the disk.</summary>
    unsafe void Turn()
    {
        fixed (LibPcap.PollEntry* first = entries)
        {
            if (entries.All(e => e.Descriptor >= 0))
            {
                _ = LibPcap.Poll(first, (nuint)entries.Length, stopping ? LiveDevice.HandOverMilliseconds : TurnMilliseconds);
            }
            else
            {
                Thread.Sleep(LiveDevice.HandOverMilliseconds);
            }
        }

        foreach (var device in devices)
        {
            for (int turns = 0; turns < TurnsAtOnce && !finished && device.Take(onPacket) > 0; turns++)
            {
                // The rest of what has arrived.
            }
        }

        writer.Flush();
        follower?.Advance(writer.Length);
    }

    bool OnPacket(in FrameRecord frame)
    {
        if (finished)
        {
            return false;
        }

        // A file is begun for a packet, not for the chance of one.
        if (files.Limits is { } limits && (writer.Length >= limits.Bytes || inFile >= limits.Packets) && !SwitchFile())
        {
            return false;
        }

        writer.Write(frame);
        inFile++;
        Volatile.Write(ref captured, captured + 1);
        finished = captured >= options.Stop.Packets || (options.Ring is null && writer.Length >= options.Stop.Bytes)
            || (options.Stop.Files == files.Number && (writer.Length >= files.Limits?.Bytes || inFile >= files.Limits?.Packets));
        return true;
    }

    void CheckClock()
    {
        if (finished)
        {
            return;
        }

        if (clock.GetElapsedTime(began) >= options.Stop.Duration)
        {
            stopping = true;
        }
        else if (clock.GetElapsedTime(fileBegan) >= files.Limits?.Duration || clock.GetUtcNow() >= nextInterval)
        {
            SwitchFile();
        }
    }

    /// <summary>Goes on in the next file; false when that would be one too many.</summary>
    bool SwitchFile()
    {
        if (files.Number == options.Stop.Files)
        {
            finished = true;
            return false;
        }

        EndFile();
        writer = NextWriter();
        return true;
    }

    CaptureWriter NextWriter()
    {
        var next = CaptureWriter.Create(files.Next(), options.Format, section, [.. devices.Select(d => d.Interface)]);
        next.Flush();
        follower?.Advance(next.Length);
        inFile = 0;
        fileBegan = clock.GetTimestamp();
        if (files.Limits?.Interval is { } interval)
        {
            long ticks = clock.GetUtcNow().Ticks;
            nextInterval = new(ticks - (ticks % interval.Ticks) + interval.Ticks, TimeSpan.Zero);
        }

        return next;
    }

    void EndFile()
    {
        var now = Now();
        for (int i = 0; i < devices.Length; i++)
        {
            var counts = devices[i].Counts;
            writer.AddStatistics(new()
            {
                Interface = i,
                Time = now,
                Start = start,
                End = now,
                Received = counts.Received,
                Dropped = counts.DroppedByInterface,
                SystemDropped = counts.Dropped,
                Delivered = (ulong)counts.Captured,
            });
        }

        writer.Flush();
        follower?.Advance(writer.Length);
        writer.Dispose();
    }

    void Finish()
    {
        try
        {
            Counts = [.. devices.Select(d => d.Counts)];
            if (failure?.SourceException is not (CaptureException or IOException))
            {
                EndFile();
            }
        }
        catch (Exception e) when (e is CaptureException or IOException)
        {
            failure ??= ExceptionDispatchInfo.Capture(e);
        }
        finally
        {
            CloseDevices();
            follower?.Complete();
        }
    }

    void CloseDevices()
    {
        foreach (var device in devices)
        {
            device.Dispose();
        }
    }

    void CheckFormat()
    {
        if (options.Format.Kind != CaptureKind.PcapNg && devices.Select(d => d.Interface.LinkType).Distinct().Count() > 1)
        {
            throw new LiveCaptureException($"the devices have different link types, which a {options.Format.Name} file cannot hold; pcapng can");
        }
    }

    Timestamp Now()
    {
        long ticks = clock.GetUtcNow().Ticks - DateTimeOffset.UnixEpoch.Ticks;
        return new(ticks / TimeSpan.TicksPerSecond, (int)(ticks % TimeSpan.TicksPerSecond) * (1_000_000_000 / (int)TimeSpan.TicksPerSecond));
    }
}
