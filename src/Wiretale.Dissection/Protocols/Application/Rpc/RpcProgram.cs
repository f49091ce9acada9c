using Wiretale.Dissection.Engine;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Application.Rpc;

/// <summary>A call, kept until its reply and a little longer, for those that are sent again.</summary>
sealed class RpcCall(uint program, uint version, uint procedure, int frame, Timestamp time)
{
    public readonly uint Program = program, Version = version, Procedure = procedure;
    public readonly int Frame = frame;
    public readonly Timestamp Time = time;
    public bool IsAnswered;

    /// <summary>What the reply needs of the arguments: the rights that were asked for, say.</summary>
    public uint Asked;
}

/// <summary>The message whose arguments or results a program takes apart.</summary>
sealed class RpcMessage
{
    public RpcCall Call { get; set; } = null!;

    public bool IsCall { get; set; }
}

/// <summary>The calls of a lane by transaction, and by who asked whom.</summary>
sealed class RpcCalls
{
    const int Limit = 50_000;

    readonly Dictionary<(uint Xid, PortKind Kind, Address Client, uint ClientPort, uint ServerPort), RpcCall> calls = [];

    public bool TryFind(Packet p, uint xid, bool isReply, out RpcCall? call) => calls.TryGetValue(Key(p, xid, isReply), out call);

    public void Add(Packet p, uint xid, RpcCall call)
    {
        if (calls.Count >= Limit)
        {
            calls.Clear();
        }

        calls[Key(p, xid, isReply: false)] = call;
    }

    // Without the server's address: one with several may answer from another (RFC 5531 section 8 asks only for the transaction to be the same).
    static (uint, PortKind, Address, uint, uint) Key(Packet p, uint xid, bool isReply) => isReply
        ? (xid, p.PortKind, p.NetworkDestination, p.DestinationPort, p.SourcePort)
        : (xid, p.PortKind, p.NetworkSource, p.SourcePort, p.DestinationPort);
}

/// <summary>A program that is called by RPC.</summary>
public abstract class RpcProgram(string name, uint number, string programName) : Dissector(name)
{
    /// <summary>What it is called among the programs.</summary>
    public string ProgramName { get; } = programName;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(OnRpc.Programs, number);

    /// <summary>The name of a procedure, or null.</summary>
    public abstract string? ProcedureName(uint version, uint procedure);

    /// <summary>Adds a text or bytes with their length before and what fills them up to four (RFC 4506 sections 4.10, 4.11).</summary>
    /// <returns>The offset after it.</returns>
    internal static int AddOpaque(Packet p, in View v, Node tree, int at, string name, Field field)
    {
        int length = (int)Math.Min(v.U32(at), int.MaxValue), fill = -length & 3;
        var text = v.Span(at + 4, length);
        var node = p.AddText(tree, v, at, Math.Min(4 + length + fill, v.CapturedFrom(at)), $"{name}: {text}");
        p.Add(node, OnRpc.OpaqueLength, v, at);
        var content = p.Add(node, field, v, at + 4, length);
        p.Label(content, $"contents: {text}");
        if (fill > 0 && v.Has(at + 4 + length, fill))
        {
            p.Label(p.Add(node, OnRpc.FillBytes, v, at + 4 + length, fill), $"fill bytes: opaque data");
        }

        return at + 4 + length + fill;
    }

    /// <summary>The bytes of a text or opaque at an offset, and the offset after it.</summary>
    internal static ReadOnlySpan<byte> Opaque(in View v, ref int at)
    {
        int length = (int)Math.Min(v.U32(at), int.MaxValue);
        var bytes = v.Span(at + 4, length);
        at += 4 + ((length + 3) & ~3);
        return bytes;
    }

    /// <summary>Adds the fields that every program begins with.</summary>
    internal static void AddHead(Packet p, in View v, Node tree, Field procedure, RpcCall call)
    {
        if (v.Reported == 0)
        {
            // Nothing of it is in the packet: it is shown, but not listed among the packet's protocols.
            p.LeaveOutOfLayers();
        }

        p.Generated(p.AddUInt(tree, OnRpc.ProgramVersion, v, 0, 0, call.Version));
        p.Generated(p.AddUInt(tree, procedure, v, 0, 0, call.Procedure));
    }
}
