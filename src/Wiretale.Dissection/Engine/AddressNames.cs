using System.Buffers.Binary;
using System.Collections.Concurrent;
using Wiretale.Wire;

namespace Wiretale.Dissection.Engine;

/// <summary>Which numbers are shown as names; tshark's <c>-N</c>.</summary>
[Flags]
public enum NameKinds : byte
{
    None = 0,
    /// <summary>MAC addresses by their manufacturers (<c>m</c>).</summary>
    Macs = 1,
    /// <summary>Network addresses by names that the capture file carries (<c>n</c>).</summary>
    Hosts = 2,
    /// <summary>And by the answers of the DNS packets in it (<c>d</c>).</summary>
    HostsFromPackets = 4,
    /// <summary>Ports by their services (<c>t</c>).</summary>
    Ports = 8,
}

/// <summary>Names of addresses and ports in one run. Nothing is ever asked of the network.</summary>
/// <remarks>
/// What is learned from a packet counts from that packet on, and readers say which packet they are at: so texts that are made later,
/// on another thread, are the same. May be used by several threads.
/// </remarks>
public sealed class AddressNames(NameKinds kinds)
{
    /// <summary>Hosts whose names are remembered; a hostile capture could name millions.</summary>
    const int MostHosts = 100_000;

    readonly ConcurrentDictionary<Address, HostName> hosts = new();

    /// <summary>No names at all (<c>-n</c>).</summary>
    public static AddressNames None { get; } = new(NameKinds.None);

    /// <summary>What is shown as names.</summary>
    public NameKinds Kinds { get; } = kinds;

    /// <summary>Whether MAC addresses have names.</summary>
    public bool Macs => (Kinds & NameKinds.Macs) != 0;

    /// <summary>Whether network addresses have names.</summary>
    public bool Hosts => (Kinds & NameKinds.Hosts) != 0;

    /// <summary>Whether hosts' names are taken from DNS packets, too.</summary>
    public bool LearnsFromPackets => (Kinds & (NameKinds.Hosts | NameKinds.HostsFromPackets)) == (NameKinds.Hosts | NameKinds.HostsFromPackets);

    /// <summary>Whether ports have names.</summary>
    public bool Ports => (Kinds & NameKinds.Ports) != 0;

    /// <summary>Remembers a host's name, from packet <paramref name="frame"/> on (0: from the beginning).</summary>
    public void Learn(in Address address, ReadOnlySpan<byte> name, int frame)
    {
        if (Hosts && !name.IsEmpty && hosts.Count < MostHosts && !(hosts.TryGetValue(address, out var known) && known.Name.AsSpan().SequenceEqual(name)))
        {
            hosts[address] = new(name.ToArray(), frame, known);
        }
    }

    /// <summary>Appends an address as people are to see it: its name at packet <paramref name="frame"/>, or the address.</summary>
    public void Append(Utf8Text target, in Address address, int frame)
    {
        if (address.Kind == AddressKind.Ethernet && Macs)
        {
            Span<byte> mac = stackalloc byte[16];
            address.CopyTo(mac);
            target.Advance(MacNames.Format(target.Room(MacNames.MaxLength), mac[..6]));
        }
        else if (address.Kind == AddressKind.Station && Macs)
        {
            AppendBoth(target, new(AddressKind.Ethernet, 6, address.High, 0), frame);
            target.Append(address.RoleText);
        }
        else if (Hosts && address.Kind is AddressKind.IPv4 or AddressKind.IPv6 && Find(address, frame) is { } name)
        {
            target.Append(name);
        }
        else
        {
            target.Append(address);
        }
    }

    /// <summary>Appends an address in a label: <c>name (address)</c> where addresses of its kind have names, also where this one has none.</summary>
    public void AppendBoth(Utf8Text target, in Address address, int frame)
    {
        bool named = address.Kind switch
        {
            AddressKind.Ethernet => Macs,
            AddressKind.IPv4 or AddressKind.IPv6 => Hosts,
            _ => false,
        };
        if (named)
        {
            Append(target, address, frame);
            target.Append(" ("u8);
            target.Append(address);
            target.Append(')');
        }
        else
        {
            target.Append(address);
        }
    }

    /// <summary>Appends a port in a label: <c>http (80)</c>, also <c>40000 (40000)</c>, where ports have names.</summary>
    public void AppendPort(Utf8Text target, uint port, PortKind kind)
    {
        if (!Ports)
        {
            target.Append(port);
            return;
        }

        var name = Service(port, kind);
        if (name.IsEmpty)
        {
            target.Append(port);
        }
        else
        {
            target.Append(name);
        }

        target.Append($" ({port})");
    }

    /// <summary>Appends a port as the Info column shows it: <c>http(80)</c>, or the number alone.</summary>
    public void AppendShortPort(Utf8Text target, uint port, PortKind kind)
    {
        var name = Ports ? Service(port, kind) : default;
        if (name.IsEmpty)
        {
            target.Append(port);
            return;
        }

        target.Append(name);
        target.Append($"({port})");
    }

    static ReadOnlySpan<byte> Service(uint port, PortKind kind) => ServiceNames.Find((int)port, kind switch
    {
        PortKind.Tcp => 't',
        PortKind.Udp => 'u',
        PortKind.Sctp => 's',
        _ => 'd',
    });

    byte[]? Find(in Address address, int frame)
    {
        for (var name = hosts.GetValueOrDefault(address); name is not null; name = name.Before)
        {
            if (name.Since <= frame)
            {
                return name.Name;
            }
        }

        return null;
    }

    sealed record HostName(byte[] Name, int Since, HostName? Before);
}
