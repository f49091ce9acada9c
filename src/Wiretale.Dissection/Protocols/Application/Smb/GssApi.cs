using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Application.Asn1;

namespace Wiretale.Dissection.Protocols.Application.Smb;

// Specification: RFC 2743 section 3.1 (the first token's frame), RFC 4178 section 4.2 (SPNEGO).

/// <summary>Which authentication a blob holds, and its dissector.</summary>
static class SecurityBlobs
{
    const int FirstToken = 0x60, Init = 0xa0, Reply = 0xa1;

    /// <summary>Mechanisms by the bytes of their numbers.</summary>
    static readonly Lazy<(string Number, string Name)[]> Names = new(() =>
    [
        ("2b0601050502", "SPNEGO - Simple Protected Negotiation"),
        ("2b06010401823702020a", "NTLMSSP - Microsoft NTLM Security Support Provider"),
        ("2b06010401823702021e", "NEGOEX - SPNEGO Extended Negotiation Security Mechanism"),
        ("2a864882f712010202", "MS KRB5 - Microsoft Kerberos 5"),
        ("2a864886f712010202", "KRB5 - Kerberos 5"),
        ("2a864886f71201020203", "KRB5 - Kerberos 5 - User to User"),
    ]);

    /// <summary>Adds a mechanism's number, and its name where it is known.</summary>
    public static void AddMechanism(Packet p, in View v, Node tree, Field field, in Ber id)
    {
        var node = p.Add(tree, field, v, id.At, id.Length);
        if (p.WantsLabels)
        {
            string number = Convert.ToHexStringLower(v.Span(id.At, id.Length));
            int known = Array.FindIndex(Names.Value, n => n.Number == number);
            if (known >= 0)
            {
                p.AppendLabel(node, $" ({Names.Value[known].Name})");
            }
        }
    }

    /// <summary>Takes an authentication's blob apart, when it is one that is known.</summary>
    public static void Dissect(Packet p, in View v, Node parent)
    {
        Dissector? dissector = v.Captured == 0 ? null : v.U8(0) switch
        {
            (byte)'N' => Catalog.Ntlmssp,
            FirstToken or Init or Reply => Catalog.GssApi,
            _ => null,
        };
        if (dissector is not null)
        {
            p.CallGuarded(dissector, v, parent);
        }
    }
}

/// <summary>GSS-API: the frame of a first token, which names the mechanism.</summary>
public sealed class GssApi() : Dissector("gss-api")
{
    static readonly Protocol P = new("GSS-API Generic Security Service Application Program Interface", "GSS-API", "gss-api");
    static readonly Field Mechanism = P.Field(FieldType.Oid, "gss-api.OID", "OID");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        var tree = p.Open(P, v, parent);
        var token = Ber.Read(v, 0, v.Captured);
        if (token.Tag != 0x60)
        {
            p.Call(Catalog.Spnego, v, tree);
            return v.Reported;
        }

        var id = token.First(v);
        if (id.Tag != Ber.ObjectIdentifier)
        {
            return v.Reported;
        }

        SecurityBlobs.AddMechanism(p, v, tree, Mechanism, id);
        if (v.Span(id.At, id.Length).SequenceEqual((ReadOnlySpan<byte>)[0x2b, 6, 1, 5, 5, 2]))
        {
            p.Call(Catalog.Spnego, v.From(id.End), tree);
        }

        return v.Reported;
    }
}

/// <summary>SPNEGO: which mechanism both sides know, and that one's tokens.</summary>
public sealed class Spnego() : Dissector("spnego")
{
    const int Init = 0xa0, Target = 0xa1, MaxMechanisms = 50;

    static readonly Protocol P = new("Simple Protected Negotiation", "SPNEGO", "spnego");
    static readonly Field InitToken = P.Label("spnego.negTokenInit_element", "negTokenInit");
    static readonly Field TargetToken = P.Label("spnego.negTokenTarg_element", "negTokenTarg");
    static readonly Field Mechanisms = P.UInt32("spnego.mechTypes", "mechTypes");
    static readonly Field Mechanism = P.Field(FieldType.Oid, "spnego.MechType", "MechType");
    static readonly Field MechanismToken = P.Bytes("spnego.mechToken", "mechToken");
    static readonly Field Result = P.UInt32("spnego.negResult", "negResult", FieldBase.Dec, ValueNames.Of(() => [
        (0, "accept-completed"), (1, "accept-incomplete"), (2, "reject"), (3, "request-mic")]));
    static readonly Field Supported = P.Field(FieldType.Oid, "spnego.supportedMech", "supportedMech");
    static readonly Field ResponseToken = P.Bytes("spnego.responseToken", "responseToken");
    static readonly Field Check = P.Bytes("spnego.mechListMIC", "mechListMIC");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        var tree = p.Open(P, v, parent);
        var choice = Ber.Read(v, 0, v.Captured);
        if (choice.Tag is not (Init or Target) || choice.First(v) is not { Tag: Ber.Sequence } sequence)
        {
            return v.Reported;
        }

        bool first = choice.Tag == Init;
        var node = p.Add(tree, first ? InitToken : TargetToken, v, sequence.Start, sequence.Whole);
        for (var part = sequence.First(v); part.Tag >= 0; part = part.Next(v, sequence))
        {
            var inner = part.First(v);
            switch (part.Tag - 0xa0, first)
            {
                case (0, true):
                    AddMechanisms(p, v, node, inner);
                    break;
                case (0, false):
                    p.AddUInt(node, Result, v, inner.At, inner.Length, v.UInt(inner.At, Math.Clamp(inner.Length, 0, 4)));
                    break;
                case (1, false):
                    SecurityBlobs.AddMechanism(p, v, node, Supported, inner);
                    break;
                case (2, _):
                    var token = p.Add(node, first ? MechanismToken : ResponseToken, v, inner.At, inner.Length);
                    SecurityBlobs.Dissect(p, v.Part(inner.At, inner.Length), first ? node : token);
                    break;
                case (3, _) when inner.Tag == Ber.OctetString:
                    p.Add(node, Check, v, inner.At, inner.Length);
                    break;
                default:
                    break;
            }
        }

        return v.Reported;
    }

    static void AddMechanisms(Packet p, in View v, Node tree, in Ber list)
    {
        var node = p.AddUInt(tree, Mechanisms, v, list.At, list.Length, (uint)list.Count(v));
        p.Label(node, $"mechTypes: {list.Count(v)} item{(list.Count(v) == 1 ? "" : "s")}");
        int shown = 0;
        for (var one = list.First(v); one.Tag == Ber.ObjectIdentifier && shown < MaxMechanisms; one = one.Next(v, list), shown++)
        {
            SecurityBlobs.AddMechanism(p, v, node, Mechanism, one);
        }
    }
}
