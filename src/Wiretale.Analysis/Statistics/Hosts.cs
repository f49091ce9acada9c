using System.Text;
using Wiretale.Capture;
using Wiretale.Dissection.Engine;
using Wiretale.Wire;

namespace Wiretale.Analysis.Statistics;

/// <summary>Names of addresses, as DNS answers and the capture file itself tell them (<c>hosts[,ip|ipv4|ipv6]</c>), in the form of a hosts file.</summary>
public sealed class Hosts : Statistic
{
    const int RecordName = 1, IPv4Answer = 2, IPv6Answer = 3;

    readonly FieldSlots slots;
    readonly StatisticSetting setting;
    readonly bool ipv4, ipv6;
    readonly Dictionary<Address, string> names = [];

    Hosts(bool ipv4, bool ipv6, StatisticSetting setting)
    {
        (this.ipv4, this.ipv6, this.setting) = (ipv4, ipv6, setting);
        slots = new(setting.Registry, "dns.resp.name", "dns.a", "dns.aaaa");
    }

    internal static Statistic Make(string? arguments, StatisticSetting setting) => arguments switch
    {
        null or "ip" => new Hosts(ipv4: true, ipv6: true, setting),
        "ipv4" => new Hosts(ipv4: true, ipv6: false, setting),
        "ipv6" => new Hosts(ipv4: false, ipv6: true, setting),
        _ => throw new StatisticException("invalid \"-z hosts[,ip|ipv4|ipv6]\" argument"),
    };

    /// <inheritdoc />
    public override void AddTo(Demand demand)
    {
        if (setting.ResolvesNames)
        {
            slots.AddTo(demand);
        }
    }

    /// <inheritdoc />
    public override void Take(in StatisticPacket packet)
    {
        if (!setting.ResolvesNames)
        {
            return;
        }

        string name = "";
        foreach (ref readonly var item in packet.Items)
        {
            switch (slots.Of(item))
            {
                case RecordName:
                    name = Encoding.UTF8.GetString(packet.Bytes(item)).TrimEnd('\0');
                    break;
                case IPv4Answer:
                    Add(Address.IPv4((uint)item.Value), name);
                    break;
                case IPv6Answer when packet.Bytes(item) is { Length: 16 } bytes:
                    Add(Address.IPv6(bytes), name);
                    break;
            }
        }
    }

    /// <inheritdoc />
    public override void Write(Utf8Text output)
    {
        output.Append($"# TShark hosts output\n#\n# Host data gathered from {setting.CaptureName}\n\n");
        foreach (var record in setting.ResolvesNames ? setting.Capture?.NameResolution.SelectMany(n => n.Records) ?? [] : [])
        {
            if (record is { Kind: ResolvedAddressKind.IPv4, Address.Length: 4, Names.Count: > 0 })
            {
                Add(Address.Of(AddressKind.IPv4, record.Address.Span), record.Names[0]);
            }
            else if (record is { Kind: ResolvedAddressKind.IPv6, Address.Length: 16, Names.Count: > 0 })
            {
                Add(Address.IPv6(record.Address.Span), record.Names[0]);
            }
        }

        foreach (var (address, name) in names.OrderBy(n => n.Key.Kind).ThenBy(n => n.Key.High).ThenBy(n => n.Key.Low))
        {
            output.Append(address);
            output.Append($"\t{name}\n");
        }
    }

    void Add(in Address address, string name)
    {
        if (name.Length > 0 && (address.Kind == AddressKind.IPv4 ? ipv4 : ipv6))
        {
            // What is said last counts.
            names[address] = name;
        }
    }
}
