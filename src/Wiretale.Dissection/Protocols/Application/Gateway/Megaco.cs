using System.Buffers.Text;
using System.Text;
using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Application.Http;
using Wiretale.Dissection.Protocols.Application.Rtp;
using Wiretale.Dissection.Protocols.Transport;
using Wiretale.Dissection.Protocols.Transport.Tcp;

namespace Wiretale.Dissection.Protocols.Application.Gateway;

// Specification: RFC 3525 annex B (text encoding), ITU-T H.248.1.
//
//   MEGACO/version mId   Transaction = id { Context = id { Command = termination { descriptors } , ... } , ... }        or short: !/1 <mg> T=1{C=-{AV=a{AT{M}}}}

/// <summary>Media Gateway Control (H.248) as text.</summary>
public sealed class Megaco() : Dissector("megaco")
{
    internal static readonly Protocol P = new("MEGACO", "MEGACO", "megaco");
    static readonly Field StartToken = P.String("megaco.start_token", "Start token");
    static readonly Field Version = P.String("megaco.version", "Version");
    static readonly Field GatewayId = P.String("megaco.mId", "MediagatewayID", "Mediagateway ID");
    static readonly Field Transaction = P.String("megaco.transaction", "Transaction", "Message Originator");
    static readonly Field TransactionId = P.UInt32("megaco.transid", "Transaction ID", blurb: "Transaction ID of this message");
    internal static readonly Field Context = P.UInt32("megaco.context", "Context", FieldBase.Custom, blurb: "Context ID of this message");
    static readonly Field Command = P.String("megaco.command", "Command");
    static readonly Field Termination = P.String("megaco.termid", "Termination ID", "Termination ID of this Command");
    static readonly Expert NoCommand = P.Expert("megaco.no_command", Severity.Warning, ExpertGroup.Protocol, "No Command detectable");
    static readonly Expert NotUnderstood = P.Expert("megaco.error_descriptor_transaction_list.invalid", Severity.Warning, ExpertGroup.Malformed,
        "Sorry, can't understand errorDescriptor / transactionList");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override bool CrossesLanes => true;

    /// <inheritdoc />
    public override IEnumerable<Type> MoreTables => [typeof(MegacoDescriptors)];

    /// <inheritdoc />
    public override void Claim(Claims claims)
    {
        const uint TextPort = 2944, Payload = 7;
        claims.Numbers(Udp.Ports, TextPort);
        claims.Numbers(Tcp.Ports, TextPort);
        claims.Numbers(Sctp.Ports, TextPort);
        claims.Numbers(Sctp.Payloads, Payload);
    }

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        var bytes = v.Bytes;
        int token = bytes.Length > 1 && bytes[0] == '!' ? 1 : bytes.Length > 6 && Ascii.EqualsIgnoreCase(bytes[..6], "MEGACO"u8) ? 6 : 0;
        if (token == 0 || bytes.Length <= token || bytes[token] != '/')
        {
            return 0;
        }

        p.SetProtocol("MEGACO");
        p.Info.Clear();
        var tree = p.Open(P, v, parent);
        p.Add(tree, StartToken, v, 0, token);
        int at = token + 1, end = MegacoText.WordEnd(bytes, at);
        p.Add(tree, Version, v, at, end - at);
        at = MegacoText.SkipBlanks(bytes, end);
        end = MegacoText.WordEnd(bytes, at);
        if (end > at)
        {
            p.Add(tree, GatewayId, v, at, end - at);
        }

        var walk = new MegacoText(bytes, end, bytes.Length);
        var said = new Said();
        while (walk.Next(out var item))
        {
            Transactions(p, v, tree, item, ref said);
        }

        AddRaw(p, v, tree);
        return v.Reported;
    }

    static string? NameOf(ReadOnlySpan<byte> name) =>
        MegacoText.Is(name, "T"u8, "Transaction"u8) ? "Request"
        : MegacoText.Is(name, "P"u8, "Reply"u8) ? "Reply"
        : MegacoText.Is(name, "PN"u8, "Pending"u8) ? "Pending"
        : MegacoText.Is(name, "K"u8, "TransactionResponseAck"u8) ? "TransactionResponseAck" : null;

    static void Transactions(Packet p, in View v, Node tree, in MegacoItem item, ref Said said)
    {
        var bytes = v.Bytes;
        if (NameOf(item.Name.Of(bytes)) is not { } kind)
        {
            if (MegacoText.Is(item.Name.Of(bytes), "ER"u8, "Error"u8))
            {
                p.Info.Append("Error  "u8);
                MegacoDescriptors.Error(p, v, tree, item);
                return;
            }

            p.Expert(tree, NotUnderstood, v, item.Name.At, item.Name.Length);
            return;
        }

        p.AddString(tree, Transaction, v, item.Name.At, item.Name.Length, kind);
        uint id = Utf8Parser.TryParse(item.Value.Of(bytes), out uint number, out _) ? number : 0;
        p.AddUInt(tree, TransactionId, v, item.Value.At, item.Value.Length, id);
        p.Info.Append($"{(said.Any ? " " : "")}{id} {kind,-7}");
        said.Any = true;
        var walk = item.Inside(bytes);
        while (walk.Next(out var inner))
        {
            if (MegacoText.Is(inner.Name.Of(bytes), "C"u8, "Context"u8))
            {
                Contexts(p, v, tree, inner, ref said);
            }
            else if (MegacoText.Is(inner.Name.Of(bytes), "ER"u8, "Error"u8))
            {
                MegacoDescriptors.Error(p, v, tree, inner);
            }
        }
    }

    static void Contexts(Packet p, in View v, Node tree, in MegacoItem item, ref Said said)
    {
        const uint All = uint.MaxValue, Choose = uint.MaxValue - 1;
        var bytes = v.Bytes;
        var value = item.Value.Of(bytes);
        uint id = value.Length == 0 ? 0 : value[0] switch
        {
            (byte)'-' => 0,
            (byte)'*' => All,
            (byte)'$' => Choose,
            _ => Utf8Parser.TryParse(value, out uint number, out _) ? number : 0,
        };
        var node = p.AddUInt(tree, Context, v, item.Value.At, item.Value.Length, id);
        string? name = id switch { 0 => "NULL", All => "All", Choose => "Choose one", _ => null };
        if (name is null)
        {
            p.Label(node, $"Context: {id}");
            p.Info.Append($" |={id}");
        }
        else
        {
            p.Label(node, $"Context: {name}");
            p.Info.Append($" |={name}");
        }

        // A description tells the stream which context it belongs to.
        p.Engine.State<SdpCall>().Context = name is null ? id : null;
        var walk = item.Inside(bytes);
        while (walk.Next(out var command))
        {
            Commands(p, v, tree, command, ref said);
        }

        p.Engine.State<SdpCall>().Context = null;
    }

    static string? CommandOf(ReadOnlySpan<byte> name)
    {
        // RFC 3525 annex B: "O-" may fail without the rest failing, "W-" wants one answer for all.
        while (name.Length > 2 && name[1] == '-' && (name[0] | 0x20) is 'o' or 'w')
        {
            name = name[2..];
        }

        return MegacoText.Is(name, "A"u8, "Add"u8) ? "Add"
            : MegacoText.Is(name, "MF"u8, "Modify"u8) ? "Modify"
            : MegacoText.Is(name, "MV"u8, "Move"u8) ? "Move"
            : MegacoText.Is(name, "S"u8, "Subtract"u8) ? "Subtract"
            : MegacoText.Is(name, "AV"u8, "AuditValue"u8) ? "AuditValue"
            : MegacoText.Is(name, "AC"u8, "AuditCapability"u8) ? "AuditCapability"
            : MegacoText.Is(name, "N"u8, "Notify"u8) ? "Notify"
            : MegacoText.Is(name, "SC"u8, "ServiceChange"u8) ? "ServiceChange" : null;
    }

    static void Commands(Packet p, in View v, Node tree, in MegacoItem item, ref Said said)
    {
        var bytes = v.Bytes;
        if (CommandOf(item.Name.Of(bytes)) is not { } name)
        {
            if (MegacoText.Is(item.Name.Of(bytes), "ER"u8, "Error"u8))
            {
                MegacoDescriptors.Error(p, v, tree, item);
            }
            else if (!MegacoText.Is(item.Name.Of(bytes), "TP"u8, "Topology"u8) && !MegacoText.Is(item.Name.Of(bytes), "PR"u8, "Priority"u8))
            {
                p.Expert(tree, NoCommand, v, item.Name.At, item.Name.Length);
            }

            return;
        }

        p.Info.Append($" {name}={HttpText.Formatted(p, item.Value.Of(bytes))}");

        // Wireshark puts a blank before names that are written out.
        bool isLong = item.Name.Length >= name.Length;
        var branch = p.AddText(tree, v, item.Name.At, item.End - item.Name.At, $"Command: {(isLong ? " " : "")}{name}");
        p.AddString(branch, Command, v, item.Name.At, item.Name.Length, name);
        p.Add(branch, Termination, v, item.Value.At, item.Value.Length);
        if (!item.HasInside)
        {
            return;
        }

        var descriptors = p.AddText(branch, v, item.InsideAt, item.End - item.InsideAt, "Descriptors");
        var walk = item.Inside(bytes);
        while (walk.Next(out var descriptor))
        {
            MegacoDescriptors.Add(p, v, descriptors, descriptor, ref said.Descriptions);
        }
    }

    static void AddRaw(Packet p, in View v, Node tree)
    {
        if (!p.WantsTree)
        {
            return;
        }

        var raw = p.AddText(tree, v, 0, v.Captured, "-------------- (RAW text output) ---------------");
        for (int at = 0; at < v.Captured;)
        {
            int end = v.LineEnd(at, out int next);
            if (end < 0)
            {
                end = next = v.Captured;
            }

            p.AddText(raw, v, at, next - at, $"{HttpText.Line(p, v.Bytes[at..end])}");
            at = next;
        }
    }

    struct Said
    {
        public bool Any;
        public int Descriptions;
    }
}
