using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Application.Asn1;
using F = Wiretale.Dissection.Protocols.Application.Snmp.SnmpFields;

namespace Wiretale.Dissection.Protocols.Application.Snmp;

/// <summary>The messages of SNMP, as their ASN.1 modules have them. Built when the first message comes.</summary>
static class SnmpModule
{
    const int Number = Ber.Integer, Octets = Ber.OctetString;

    public static readonly Part Version = new(Number, F.Version, Asn.Integer);
    public static readonly Part Community = new(Octets, F.Community, Asn.Text);
    public static readonly Part Version3 = new(Number, F.Version3, Asn.Integer);

    public static readonly Part Header = new(Ber.Sequence, F.Global, Asn.Sequence(
        new Part(Number, F.MessageId, Asn.Integer), new Part(Number, F.MaxSize, Asn.Integer), new Part(Octets, F.Flags, Asn.Content, Flags), new Part(Number, F.Security, Asn.Integer)));

    public static readonly Part SecurityParameters = new(Ber.Sequence, null, Asn.Sequence(
        new Part(Octets, F.Engine, Asn.Content, SnmpEngine.Add), new Part(Number, F.Boots, Asn.Integer), new Part(Number, F.EngineSeconds, Asn.Integer), new Part(Octets, F.User, Asn.Text),
        new Part(Octets, F.Authentication, Asn.Content), new Part(Octets, F.Privacy, Asn.Content)));

    public static readonly Part ContextEngine = new(Octets, F.ContextEngine, Asn.Content, SnmpEngine.Add);
    public static readonly Part ContextName = new(Octets, F.ContextName, Asn.Text);

    static readonly Part Bindings = new(Ber.Sequence, F.Bindings, Asn.Of(new Part(Ber.Sequence, F.Name, Asn.By(SnmpVariable.Add))));
    static readonly Part RequestId = new(Number, F.RequestId, Asn.Integer, static (Packet p, in View v, in Ber one, Node _) => p.Engine.State<SnmpNow>().RequestId = one.Number64(v));
    static readonly Asn Plain = Asn.Sequence(RequestId, new Part(Number, F.ErrorStatus, Asn.Integer), new Part(Number, F.ErrorIndex, Asn.Integer), Bindings);
    static readonly Asn Bulk = Asn.Sequence(RequestId, new Part(Number, F.NonRepeaters, Asn.Integer), new Part(Number, F.MaxRepetitions, Asn.Integer), Bindings);

    static readonly Asn Trap = Asn.Sequence(
        new Part(Ber.ObjectIdentifier, F.Enterprise, Asn.By(SnmpVariable.Named), Enterprise), new Part(Ber.Application, F.Agent, Asn.Content), new Part(Number, F.GenericTrap, Asn.Integer),
        new Part(Number, F.SpecificTrap, Asn.Integer), new Part(Ber.Application | 3, F.Uptime, Asn.Integer), Bindings);

    public static readonly Part Pdus = new(-1, F.Data, Asn.Choice(
        Context(0, F.Get, Plain), Context(1, F.GetNext, Plain), Context(2, F.Response, Plain), Context(3, F.Set, Plain), Context(4, F.Trap, Trap), Context(5, F.GetBulk, Bulk), Context(6, F.Inform, Plain),
        Context(7, F.Trap2, Plain), Context(8, F.Report, Plain)));

    static Part Context(int number, Field field, Asn type) => new(Ber.Context | Ber.Constructed | number, field, type);

    static void Flags(Packet p, in View v, in Ber one, Node node)
    {
        if (one.Length > 0)
        {
            p.Add(node, F.Reportable, v, one.At);
            p.Add(node, F.Private, v, one.At);
            p.Add(node, F.Authenticated, v, one.At);
        }
    }

    static void Enterprise(Packet p, in View v, in Ber one, Node node)
    {
        p.Scratch.Clear();
        SnmpVariable.Name(p.Scratch, v.Span(one.At, one.Length));
        p.Info.Append($" {p.Scratch.Bytes}");
    }
}
