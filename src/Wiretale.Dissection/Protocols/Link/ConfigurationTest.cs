using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Protocols.Link;

// Specification: The Ethernet, version 2.0 (DEC, Intel, Xerox) section 8: little end first. The skip count says how many bytes of functions are done with.

/// <summary>Ethernet's Configuration Testing Protocol.</summary>
public sealed class ConfigurationTest() : Dissector("loop")
{
    const int Reply = 1, Forward = 2;

    static readonly Protocol P = new("Configuration Test Protocol (loopback)", "LOOP", "loop");
    static readonly ValueNames Functions = ValueNames.Of(() => [(Reply, "Reply"), (Forward, "Forward Data")]);
    static readonly Field SkipCount = P.UInt16("loop.skipcount", "skipCount");
    static readonly Field Function = P.UInt16("loop.function", "Function", FieldBase.Dec, Functions);
    static readonly Field Relevant = P.UInt16("loop.relevant_function", "Relevant function", FieldBase.Dec, Functions);
    static readonly Field Receipt = P.UInt16("loop.receipt_number", "Receipt number");
    static readonly Field ForwardTo = P.Ether("loop.forwarding_address", "Forwarding address");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override bool CrossesLanes => false;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(EtherType.Table, 0x9000);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        p.SetProtocol("LOOP");
        p.Info.Clear();
        var tree = p.Open(P, v, parent);
        int relevant = 2 + v.U16LE(0), at = 2, function;
        bool found = false;
        p.AddLE(tree, SkipCount, v, 0);
        do
        {
            function = v.U16LE(at);
            if (at == relevant)
            {
                found = true;
                if (Functions.Find((ulong)function) is { } name)
                {
                    p.Info.Set(name);
                }
                else
                {
                    p.Info.Set($"Unknown function ({function})");
                }

                p.AddLE(tree, Relevant, v, at);
            }

            p.AddLE(tree, Function, v, at);
            at += 2;
            if (function == Forward)
            {
                p.Add(tree, ForwardTo, v, at);
                at += 6;
            }
            else if (function == Reply)
            {
                p.AddLE(tree, Receipt, v, at);
                at += 2;
            }
        }
        while (function == Forward);

        if (!found)
        {
            p.Info.Set("No valid function found"u8);
        }

        p.SetLength(tree, at);
        p.CallData(v.From(at), parent);
        return Math.Max(1, v.Reported);
    }
}
