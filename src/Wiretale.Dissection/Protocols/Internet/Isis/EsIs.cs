using Wiretale.Dissection.Engine;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Internet.Isis;

// Specification: ISO 9542 section 7.
//
//   0       1        2         3          4      5              7          9
//   +-------+--------+---------+----------+------+--------------+----------+------------+---------
//   | NLPID | length | version | reserved | type | holding time | checksum | addresses  | options
//   +-------+--------+---------+----------+------+--------------+----------+------------+---------

/// <summary>End System to Intermediate System routeing exchange.</summary>
public sealed class EsIs() : Dissector("esis", "clnp")
{
    const int HeaderLength = 9;
    const int EsHello = 2, IsHello = 4, Redirect = 6;
    const int ConfigurationTimer = 0xc6;

    static readonly Protocol P = new("ISO 9542 ESIS Routeing Information Exchange Protocol", "ESIS", "esis");
    static readonly ValueNames Types = ValueNames.Of(() => [(EsHello, "ES HELLO"), (IsHello, "IS HELLO"), (Redirect, "RD REQUEST")]);
    static readonly Field Nlpid = P.UInt8("esis.nlpi", "Network Layer Protocol Identifier", FieldBase.Hex, Osi.Names);
    static readonly Field Length = P.UInt8("esis.length", "PDU Length");
    static readonly Field Version = P.UInt8("esis.ver", "Version");
    static readonly Field Reserved = P.UInt8("esis.res", "Reserved(==0)");
    static readonly Field Type = P.UInt8("esis.type", "PDU Type", FieldBase.Dec, Types, mask: 0x1f);
    static readonly Field HoldingTime = P.UInt16("esis.htime", "Holding Time");
    static readonly Field Checksum = P.UInt16("esis.chksum", "Checksum", FieldBase.Hex);
    static readonly Field ChecksumStatus = P.UInt8("esis.chksum.status", "Checksum Status", FieldBase.None, ChecksumStates.Names);
    static readonly Field SourceCount = P.UInt8("esis.number_of_source_addresses", "Number of Source Addresses (SA, Format: NSAP)");
    static readonly Field SourceLength = P.UInt8("esis.sal", "SAL");
    static readonly Field Source = P.String("esis.sa", "SA");
    static readonly Field TitleLength = P.UInt8("esis.netl", "NETL");
    static readonly Field Title = P.String("esis.net", "NET");
    static readonly Field TargetLength = P.UInt8("esis.dal", "DAL");
    static readonly Field Target = P.String("esis.da", "DA");
    static readonly Field BetterLength = P.UInt8("esis.bsnpal", "BSNPAL");
    static readonly Field Better = P.Field(FieldType.SystemId, "esis.bsnpa", "BSNPA");
    static readonly Expert WrongVersion = P.Expert("esis.ver.unknown", Severity.Warning, ExpertGroup.Protocol, "Unknown ESIS version");
    static readonly Expert WrongLength = P.Expert("esis.length.invalid", Severity.Error, ExpertGroup.Malformed, "Bogus ESIS length");
    static readonly Expert WrongType = P.Expert("esis.type.unknown", Severity.Warning, ExpertGroup.Protocol, "Unknown ESIS packet type");
    static readonly Expert BadChecksum = P.Expert("esis.bad_checksum", Severity.Error, ExpertGroup.Checksum, "Bad checksum");
    static readonly Expert NoOptions = P.Expert("clnp.no_options", Severity.Note, ExpertGroup.Protocol, "No Options for this PDU");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override bool CrossesLanes => false;

    /// <inheritdoc />
    public override bool IsLeaf => true;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(Osi.Protocols, 0x82);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        p.SetProtocol("ESIS");
        p.Info.Clear();
        var tree = p.Open(P, v, parent);
        p.Add(tree, Nlpid, v, 0);
        int length = v.U8(1);
        var lengthNode = p.Add(tree, Length, v, 1);
        if (length < HeaderLength)
        {
            p.Expert(lengthNode, WrongLength, v, 1, 1, $"Bogus ESIS length ({length}, must be >= {HeaderLength})");
            return Math.Max(1, v.Reported);
        }

        var version = p.Add(tree, Version, v, 2);
        if (v.U8(2) != 1)
        {
            p.Expert(version, WrongVersion, v, 2, 1);
        }

        p.Add(tree, Reserved, v, 3);
        int type = v.U8(4) & 0x1f;
        var typeNode = p.Add(tree, Type, v, 4);
        if (Types.Find((ulong)type) is { } name)
        {
            p.Info.Set(name);
        }
        else
        {
            p.Info.Set($"Unknown (0x{type:x})");
            p.Expert(typeNode, WrongType, v, 4, 1);
        }

        p.AppendLabel(p.Add(tree, HoldingTime, v, 5), " seconds");
        AddChecksum(p, v, tree, length);
        int at = HeaderLength;
        switch (type)
        {
            case EsHello:
                AddEndSystem(p, v, tree, at, length);
                break;
            case IsHello:
                AddTitle(p, v, tree, at, length);
                break;
            case Redirect:
                AddRedirect(p, v, tree, at, length);
                break;
        }

        return Math.Max(1, v.Reported);
    }

    static void AddChecksum(Packet p, in View v, Node tree, int length)
    {
        ushort sum = v.U16(7);
        var node = p.Add(tree, Checksum, v, 7);
        if (sum == 0)
        {
            p.Label(p.Generated(node), $"Checksum: [missing]");
            return;
        }

        bool isComplete = v.Has(0, length), isGood = isComplete && FletcherChecksum.Of(v.Span(0, length), 7) == sum;
        if (isGood)
        {
            p.AppendLabel(node, " [correct]");
        }
        else if (isComplete)
        {
            p.AppendLabel(node, " [incorrect]");
            p.Expert(node, BadChecksum, v, 7, 2);
        }
        else
        {
            p.AppendLabel(node, " [unverified]");
        }

        p.Generated(p.AddUInt(tree, ChecksumStatus, v, 7, 2, isGood ? ChecksumStates.Good : isComplete ? ChecksumStates.Bad : ChecksumStates.Unverified));
    }

    static void AddEndSystem(Packet p, in View v, Node parent, int at, int end)
    {
        int count = v.U8(at);
        var tree = p.Add(parent, SourceCount, v, at++);
        for (; count > 0; count--)
        {
            at = AddAddress(p, v, tree, at, SourceLength, Source, asNsap: true);
        }

        AddOptions(p, v, parent, at, end);
    }

    static void AddTitle(Packet p, in View v, Node parent, int at, int end)
    {
        var tree = p.AddText(parent, v, at, end - at, "### Network Entity Title Section ###");
        at = AddAddress(p, v, tree, at, TitleLength, Title, asNsap: true);
        AddOptions(p, v, tree, at, end);
    }

    static void AddRedirect(Packet p, in View v, Node parent, int at, int end)
    {
        int start = at;
        at = AddAddress(p, v, p.AddText(parent, v, start, 1 + v.U8(start), "### Destination Address Section ###"), at, TargetLength, Target, asNsap: true);
        at = AddAddress(p, v, p.AddText(parent, v, at, 1 + v.U8(at), "###  Subnetwork Address Section ###"), at, BetterLength, Better, asNsap: false);
        if (v.U8(at) == 0)
        {
            var none = p.AddText(parent, v, at, 1, "### No Network Entity Title Section ###");
            AddOptions(p, v, none, at + 1, end);
            return;
        }

        AddTitle(p, v, parent, at, end);
    }

    static int AddAddress(Packet p, in View v, Node tree, int at, Field lengthField, Field field, bool asNsap)
    {
        int length = v.U8(at);
        p.AppendLabel(p.Add(tree, lengthField, v, at), length == 1 ? " octet" : " octets");
        at++;
        p.Scratch.Clear();
        if (asNsap)
        {
            OsiText.AppendNsap(p.Scratch, v.Span(at, length));
            p.AddString(tree, field, v, at, length, p.Scratch.Bytes);
        }
        else
        {
            OsiText.AppendSystemId(p.Scratch, v.Span(at, length));
            p.Label(p.Add(tree, field, v, at, length), $"BSNPA: {p.Scratch.Bytes}");
        }

        return at + length;
    }

    static void AddOptions(Packet p, in View v, Node parent, int at, int end)
    {
        var tree = p.AddText(parent, v, at, Math.Max(0, end - at), "### Option Section ###");
        if (at >= end)
        {
            p.Expert(tree, NoOptions, v, at, 0);
            return;
        }

        // The length left is a byte: options that do not fit exactly make it wrap, and what follows is read until the bytes end (as in tshark).
        for (byte left = (byte)(end - at); left != 0;)
        {
            int type = v.U8(at), length = v.U8(at + 1);
            v.Ensure(at + 2, length);
            if (type == ConfigurationTimer && length == 2)
            {
                p.AddText(tree, v, at + 2, 2, $"ESCT (seconds): {v.U16(at + 2)}");
            }

            at += 2 + length;
            left = unchecked((byte)(left - 2 - length));
        }
    }
}

/// <summary>OSI's addresses as Wireshark writes them.</summary>
static class OsiText
{
    const int DccAuthority = 0x39, IcdAuthority = 0x47, SystemIdLength = 6, FullArea = 13, FullAddress = 20;

    /// <summary>A network service access point or entity title.</summary>
    public static void AppendNsap(Utf8Text text, ReadOnlySpan<byte> address)
    {
        if (address.Length == 0)
        {
            text.Append("<Invalid length of NSAP>"u8);
        }
        else if (address.Length is FullAddress or FullAddress + 1)
        {
            AppendArea(text, address[..FullArea]);
            AppendSystemId(text, address.Slice(FullArea, SystemIdLength));
            text.Append("["u8);
            text.AppendHex(address[19], 2);
            text.Append("]"u8);
            if (address.Length > FullAddress)
            {
                text.Append("-"u8);
                text.AppendHex(address[20], 2);
            }
        }
        else
        {
            AppendArea(text, address);
        }
    }

    /// <summary>A system's number: words of two bytes, then a pseudonode and a fragment.</summary>
    public static void AppendSystemId(Utf8Text text, ReadOnlySpan<byte> id)
    {
        if (id.Length == 0)
        {
            text.Append("<Invalid length of SYSTEM ID>"u8);
            return;
        }

        bool isWhole = id.Length is >= SystemIdLength and <= SystemIdLength + 2;
        for (int i = 0; i < id.Length; i++)
        {
            text.Append(isWhole && (i is 2 or 4 or 6) ? "." : isWhole && i == 7 ? "-" : "");
            text.AppendHex(id[i], 2);
            text.Append(!isWhole && i % 4 == 3 ? "." : "");
        }
    }

    static void AppendArea(Utf8Text text, ReadOnlySpan<byte> area)
    {
        bool isKnown = (area[0] is DccAuthority or IcdAuthority) && (area.Length is FullArea or FullArea + 1);
        for (int i = 0; i < area.Length; i++)
        {
            text.Append(isKnown
                ? i switch { 0 => "[", 1 or 4 or 7 => "|", 3 or 9 => "][", 11 => "|", 13 => "]-[", _ => ":" }
                : (area.Length == 3 && i == 1) || (area.Length > 4 && i == 4) ? "." : "");
            text.AppendHex(area[i], 2);
        }

        if (isKnown)
        {
            text.Append("]"u8);
        }
    }
}
