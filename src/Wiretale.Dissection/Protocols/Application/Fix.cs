using System.Buffers.Text;
using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Transport.Tcp;

namespace Wiretale.Dissection.Protocols.Application;

// Specification: FIX 4.0 to 5.0 SP2 and FIXT 1.1, "tag=value" encoding: fields of text, each ended by SOH (0x01).
//
//   8=FIX.4.2 | 9=65 | 35=A | 49=SENDER | ... | 10=062 |       9: bytes from 35 to before 10; 10: sum of all bytes before it, modulo 256

/// <summary>Financial Information eXchange.</summary>
public sealed class Fix() : Dissector("fix")
{
    const byte EndOfField = 1;
    const int ChecksumTag = 10, TypeTag = 35, ChecksumLength = 7, ShortestMessage = 24;

    internal static readonly Protocol P = new("Financial Information eXchange Protocol", "FIX", "fix");
    static readonly Field Continuation = P.Bytes("fix.data", "Continuation Data");
    static readonly Field ChecksumGood = P.Flag("fix.checksum_good", "Good Checksum", blurb: "True: checksum matches packet content; False: doesn't match content or not checked");
    static readonly Field ChecksumBad = P.Flag("fix.checksum_bad", "Bad Checksum", blurb: "True: checksum doesn't match packet content; False: matches content or not checked");
    static readonly Field Tag = P.UInt32("fix.field.tag", "Field Tag", blurb: "Field length.");
    static readonly Field Value = P.String("fix.field.value", "Field Value");
    static readonly Expert BadChecksum = P.Expert("fix.bad_checksum.expert", Severity.Error, ExpertGroup.Checksum, "Bad checksum");
    static readonly Expert NoType = P.Expert("fix.missing_field", Severity.Error, ExpertGroup.Malformed, "Missing MsgType field");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override IEnumerable<Type> MoreTables => [typeof(FixFields)];

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Heuristic(Tcp.Heuristics, Guess);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent) =>
        Tcp.Pdus(p, v, parent, ShortestMessage, static (p, in v, at) => LengthOf(v.Bytes[at..], out _), One);

    static void One(Packet p, in View v, Node parent)
    {
        p.SetProtocol("FIX");
        p.Info.Clear();
        LengthOf(v.Bytes, out bool isMessage);
        if (isMessage)
        {
            Message(p, v, parent);
        }
        else
        {
            p.Info.Set("[FIX continuation]");
            p.Add(p.Open(P, v, parent), Continuation, v, 0, v.Captured);
        }
    }

    static bool Guess(Packet p, in View v, Node parent)
    {
        if (!v.Bytes.StartsWith("8=FIX"u8))
        {
            return false;
        }

        p.Conversation!.Dissector = p.Current;
        p.Current!.Dissect(p, v, parent);
        return true;
    }

    /// <summary>How long what begins here is: a message, or what is not one up to where the next may begin.</summary>
    static int LengthOf(ReadOnlySpan<byte> bytes, out bool isMessage)
    {
        isMessage = false;
        if (bytes.StartsWith("8=FIX"u8))
        {
            int begin = bytes.IndexOf(EndOfField) + 1;
            if (begin > 0 && bytes[begin..].StartsWith("9="u8) && Utf8Parser.TryParse(bytes[(begin + 2)..], out int body, out int digits) && body is >= 0 and < 1 << 24)
            {
                isMessage = true;
                return begin + 2 + digits + 1 + body + ChecksumLength;
            }
        }

        int next = bytes.Length > 1 ? bytes[1..].IndexOf("\u00018=FIX"u8) : -1;
        return next < 0 ? bytes.Length : next + 2;
    }

    static void Message(Packet p, in View v, Node parent)
    {
        var tree = p.Open(P, v, parent);
        if (v.Bytes.IndexOf("\u000135="u8) < 0)
        {
            p.AddExpert(tree, NoType, v, 0, v.Captured);
            return;
        }

        int at = 0;
        while (at < v.Captured)
        {
            int equals = v.IndexOf((byte)'=', at), end = v.IndexOf(EndOfField, at);
            end = end < 0 ? v.Captured : end;
            if (equals < 0 || equals > end || !Utf8Parser.TryParse(v.Bytes[at..equals], out int tag, out int digits) || digits != equals - at)
            {
                break;
            }

            AddField(p, v, tree, at, tag, equals + 1, end);
            at = end + 1;
        }
    }

    static void AddField(Packet p, in View v, Node tree, int at, int tag, int value, int end)
    {
        var text = v.Span(value, end - value);
        if (tag == TypeTag)
        {
            SayType(p, text);
        }

        if (!p.WantsFields)
        {
            return;
        }

        if (FixFields.Of(tag) is not { } field)
        {
            var node = p.AddText(tree, v, at, end + 1 - at, $"{tag}: {text}");
            node = node.IsWanted ? node : tree;
            p.AddUInt(node, Tag, v, at, value - 1 - at, (uint)tag);
            p.Add(node, Value, v, value, end - value);
            return;
        }

        var item = p.AddString(tree, field, v, at, end + 1 - at, text);
        p.Label(item, $"{field.Label} ({tag}): {text}");
        if (tag == TypeTag)
        {
            p.AppendLabel(item, $" ({(FixFields.TypeOf(text) is { } name ? Words(name) : $"unknown {System.Text.Encoding.ASCII.GetString(text)}")})");
        }
        else if (FixFields.NameOf(tag, text) is { } meaning)
        {
            p.AppendLabel(item, $" ({meaning})");
        }
        else if (tag == ChecksumTag)
        {
            AddChecksum(p, v, item, at, text);
        }
    }

    static void AddChecksum(Packet p, in View v, Node item, int at, ReadOnlySpan<byte> text)
    {
        byte sum = 0;
        foreach (byte b in v.Bytes[..at])
        {
            sum += b;
        }

        bool good = Utf8Parser.TryParse(text, out int told, out _) && told == sum;
        if (good)
        {
            p.AppendLabel(item, " [correct]");
        }
        else
        {
            p.AppendLabel(item, $" [incorrect should be {(int)sum}]");
        }

        p.Generated(p.AddFlag(item, ChecksumGood, v, at, ChecksumLength, good));
        var bad = p.Generated(p.AddFlag(item, ChecksumBad, v, at, ChecksumLength, !good));
        if (!good)
        {
            p.Expert(bad, BadChecksum, v, at, ChecksumLength);
        }
    }

    /// <summary>The Info column names the messages only where the fields are shown, too: so does tshark.</summary>
    static void SayType(Packet p, ReadOnlySpan<byte> text)
    {
        if (!p.WantsTree)
        {
            return;
        }

        p.Info.Separate(", ");
        if (FixFields.TypeOf(text) is { } name)
        {
            p.Info.Append(name);
        }
        else
        {
            p.Info.Append($"FIX Message ({text})");
        }
    }

    /// <summary>A name in capitals, its words apart: <c>TEST REQUEST</c>.</summary>
    static string Words(string name) => string.Concat(name.Select((c, i) => (i > 0 && char.IsUpper(c) && !char.IsUpper(name[i - 1]) ? " " : "") + char.ToUpperInvariant(c)))
        .Replace("NETWORK COUNTERPARTY SYSTEM", "NETWORK", StringComparison.Ordinal).Replace("NEW ORDER SINGLE", "ORDER SINGLE", StringComparison.Ordinal);
}
