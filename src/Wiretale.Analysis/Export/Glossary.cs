using Wiretale.Dissection.Engine;

namespace Wiretale.Analysis.Export;

/// <summary>What the program knows, as lines that scripts read: tshark's <c>-G</c> reports.</summary>
public static class Glossary
{
    /// <summary>Every protocol (P) and field (F): name, filter name, type, protocol, base or bits, mask, description.</summary>
    public static void Fields(Registry registry, Utf8Text output)
    {
        foreach (var protocol in registry.Protocols)
        {
            output.Append($"P\t{protocol.Name}\t{protocol.FilterName}\n");
            foreach (var field in protocol.Fields)
            {
                output.Append($"F\t{field.Label}\t{field.Name}\t{field.Type.WiresharkName()}\t{protocol.FilterName}\t{Base(field)}\t0x{field.Mask:x}\t{field.Blurb}\n");
            }
        }
    }

    /// <summary>Every protocol: name, short name, filter name.</summary>
    public static void Protocols(Registry registry, Utf8Text output)
    {
        foreach (var protocol in registry.Protocols)
        {
            output.Append($"{protocol.Name}\t{protocol.ShortName}\t{protocol.FilterName}\n");
        }
    }

    /// <summary>The names of values (V), ranges (R) and booleans (T) of every field.</summary>
    public static void Values(Registry registry, Utf8Text output)
    {
        foreach (var field in registry.Protocols.SelectMany(p => p.Fields))
        {
            if (field.Names is not { IsUnit: false } names)
            {
                continue;
            }

            if (field.Type == FieldType.Boolean)
            {
                output.Append($"T\t{field.Name}\t{names.Find(1)}\t{names.Find(0)}\n");
                continue;
            }

            bool ranges = names.All.Any(n => n.First != n.Last);
            foreach (var (first, last, name) in names.All)
            {
                output.Append($"{(ranges ? "R" : "V")}\t{field.Name}\t");
                Number(output, field, first);
                if (ranges)
                {
                    output.Append('\t');
                    Number(output, field, last);
                }

                output.Append($"\t{name}\n");
            }
        }
    }

    static void Number(Utf8Text output, Field field, ulong value)
    {
        if (field.Base is FieldBase.Hex or FieldBase.HexDec)
        {
            output.Append($"0x{value:x}");
        }
        else if (field.Type.IsSigned())
        {
            output.Append((int)value);
        }
        else
        {
            output.Append(value);
        }
    }

    static string Base(Field field) => field.Type switch
    {
        FieldType.Boolean => field.ParentBits.ToString(System.Globalization.CultureInfo.InvariantCulture),
        FieldType.Char => "BASE_" + (field.Base == FieldBase.Oct ? "OCT" : "HEX"),
        FieldType.FrameNumber => "",
        _ when !field.Type.IsInteger() => "",
        _ => field.Base switch
        {
            FieldBase.DecHex => "BASE_DEC_HEX",
            FieldBase.HexDec => "BASE_HEX_DEC",
            FieldBase.PortUdp => "BASE_PT_UDP",
            FieldBase.PortTcp => "BASE_PT_TCP",
            FieldBase.PortDccp => "BASE_PT_DCCP",
            FieldBase.PortSctp => "BASE_PT_SCTP",
            _ => "BASE_" + field.Base.ToString().ToUpperInvariant(),
        },
    };
}
