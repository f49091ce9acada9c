using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Application.Asn1;
using Wiretale.Dissection.Protocols.Transport;
using Wiretale.Dissection.Protocols.Transport.Tcp;
using Wiretale.Wire;
using F = Wiretale.Dissection.Protocols.Application.Snmp.SnmpFields;

namespace Wiretale.Dissection.Protocols.Application.Snmp;

// Specification: RFC 1157 (version 1), RFC 1901 and 3416 (version 2c), RFC 3412 and 3414 (version 3). Messages are in BER.

/// <summary>Simple Network Management Protocol.</summary>
public sealed class Snmp() : Dissector("snmp")
{
    const uint Port = 161, TrapPort = 162;
    const int Version3 = 3;

    /// <inheritdoc />
    public override Protocol Protocol => F.P;

    /// <inheritdoc />
    public override bool IsLeaf => true;

    /// <inheritdoc />
    public override void Claim(Claims claims)
    {
        claims.Numbers(Udp.Ports, Port, TrapPort);
        claims.Numbers(Tcp.Ports, Port, TrapPort);
    }

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        if (p.Stream is null)
        {
            // What does not begin like a message is left to the datagram's other port.
            if (v.U8(0) != Ber.Sequence)
            {
                return 0;
            }

            Message(p, v, parent);
            return v.Reported;
        }

        return Tcp.Pdus(p, v, parent, 2, static (Packet _, in View view, int at) => Ber.Head(view, at, view.Captured) is { Tag: Ber.Sequence } one ? one.Whole : 0, Message);
    }

    /// <summary>The value of a variable that is known to be text.</summary>
    public sealed class Text() : Dissector("snmp")
    {
        /// <inheritdoc />
        public override Protocol Protocol => F.P;

        /// <inheritdoc />
        public override bool IsLeaf => true;

        /// <inheritdoc />
        public override int Dissect(Packet p, in View v, Node parent)
        {
            p.AddString(parent, F.Text, v, 0, v.Reported, TextEncoding.Utf8);
            return Math.Max(1, v.Reported);
        }
    }

    static void Message(Packet p, in View v, Node parent)
    {
        p.SetProtocol("SNMP");
        var whole = Ber.Head(v, 0, v.Captured);
        var tree = p.Open(F.P, v, parent);
        if (whole.Tag != Ber.Sequence)
        {
            v.ThrowShort(v.Captured, 1);
        }

        var version = Ber.Head(v, whole.At, Math.Min(whole.End, v.Captured));
        if (version.Tag != Ber.Integer)
        {
            v.ThrowShort(v.Captured, 1);
        }

        v.Ensure(version.At, version.Length);
        bool isThird = version.Number64(v) == Version3;
        Asn.Read(p, v, tree, isThird ? SnmpModule.Version3 : SnmpModule.Version, whole.At, whole.End);
        int at = version.After;
        if (isThird)
        {
            Third(p, v, tree, at, whole.End);
            return;
        }

        at = Asn.Read(p, v, tree, SnmpModule.Community, at, whole.End);
        Pdu(p, v, tree, at, whole.End);
    }

    static void Third(Packet p, in View v, Node tree, int at, int end)
    {
        at = Asn.Read(p, v, tree, SnmpModule.Header, at, end);
        var parameters = Asn.Take(v, at, end);
        if (parameters.Tag == Ber.OctetString && parameters.Length > 0)
        {
            Asn.Read(p, v, tree, SnmpModule.SecurityParameters, parameters.At, parameters.End);
        }

        at = parameters.After;
        var data = Asn.Take(v, at, end);
        v.Ensure(data.At, data.Length);
        if (data.Tag == Ber.OctetString)
        {
            var choice = p.AddUInt(tree, F.Data3, v, data.Start, data.Whole, 1);
            p.Add(choice, F.Encrypted, v, data.At, data.Length);
            p.Info.Set("encryptedPDU: privKey Unknown");
            return;
        }

        var node = p.AddUInt(tree, F.Data3, v, data.Start, data.Whole, 0);
        var plain = p.Add(node, F.Plain, v, data.Start, data.Whole);
        at = Asn.Read(p, v, plain, SnmpModule.ContextEngine, data.At, data.End);
        at = Asn.Read(p, v, plain, SnmpModule.ContextName, at, data.End);
        Pdu(p, v, plain, at, data.End);
    }

    static void Pdu(Packet p, in View v, Node tree, int at, int end)
    {
        var now = p.Engine.State<SnmpNow>();
        now.RequestId = null;
        now.Oid = default;
        int type = v.U8(at) & 0x1f;
        if (F.Pdus.Find((ulong)type) is { } name)
        {
            p.Info.Set(name);
        }

        Asn.Read(p, v, tree, SnmpModule.Pdus, at, end);
        Match(p, v, tree, now, type);
    }

    static void Match(Packet p, in View v, Node tree, SnmpNow now, int type)
    {
        const int Get = 0, GetNext = 1, Response = 2, Set = 3, GetBulk = 5, Inform = 6;
        if (now.RequestId is not { } id || p.Conversation is not { } conversation)
        {
            return;
        }

        if (type is Get or GetNext or Set or GetBulk or Inform)
        {
            conversation.GetOrAdd<Requests>(Catalog.Snmp).Ask(id, p.Number, p.Time);
            p.AddLater(tree, F.ResponseIn, v);
        }
        else if (type == Response && conversation.Get<Requests>(Catalog.Snmp)?.Find(id) is { } request)
        {
            p.Generated(p.AddUInt(tree, F.ResponseTo, v, 0, 0, (uint)request.Frame));
            p.Generated(p.AddTime(tree, F.Time, v, 0, 0, p.Time - request.Time));
        }
    }

    /// <summary>Requests between two endpoints.</summary>
    sealed class Requests
    {
        const int Most = 4096;
        readonly Dictionary<long, (int Frame, Timestamp Time)> asked = [];

        public void Ask(long id, int frame, Timestamp time)
        {
            if (asked.Count >= Most)
            {
                asked.Clear();
            }

            asked[id] = (frame, time);
        }

        public (int Frame, Timestamp Time)? Find(long id) => asked.TryGetValue(id, out var found) ? found : null;
    }
}

/// <summary>The message at work.</summary>
sealed class SnmpNow
{
    public long? RequestId;

    /// <summary>Where the name of the variable stands whose value follows.</summary>
    public (int At, int Length) Oid;
}
