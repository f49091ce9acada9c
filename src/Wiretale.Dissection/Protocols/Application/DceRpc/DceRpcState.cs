using Wiretale.Dissection.Engine;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Application.DceRpc;

/// <summary>The call at work: what the protocol around it and the interface inside tell each other.</summary>
sealed class DceRpcCall
{
    /// <summary>The named pipe that it came through; nothing over TCP.</summary>
    public (ulong, ulong) Pipe { get; set; }

    /// <summary>Whether SMB has handed it over, whose messages are whole.</summary>
    public bool InPipe { get; set; }

    public int Operation { get; set; }

    public bool IsRequest { get; set; }
}

/// <summary>A request that was sent.</summary>
readonly record struct DceRpcRequest(int Operation, DceRpcInterface? Interface, int Frame, Timestamp Time);

/// <summary>What is remembered of a connection: which interfaces its contexts mean, and which calls wait for an answer. Every pipe has its own.</summary>
sealed class DceRpcMemory
{
    const int Limit = 20_000;

    readonly Dictionary<((ulong, ulong) Pipe, int Context), DceRpcInterface?> contexts = [];
    readonly Dictionary<((ulong, ulong) Pipe, uint Call), DceRpcRequest> calls = [];

    public void Bind((ulong, ulong) pipe, int context, DceRpcInterface? known)
    {
        if (contexts.Count >= Limit)
        {
            contexts.Clear();
        }

        contexts[(pipe, context)] = known;
    }

    public DceRpcInterface? Interface((ulong, ulong) pipe, int context) => contexts.GetValueOrDefault((pipe, context));

    public void Ask((ulong, ulong) pipe, uint call, in DceRpcRequest request)
    {
        if (calls.Count >= Limit)
        {
            calls.Clear();
        }

        calls[(pipe, call)] = request;
    }

    public DceRpcRequest? Answer((ulong, ulong) pipe, uint call) => calls.TryGetValue((pipe, call), out var request) ? request : null;
}

/// <summary>DCE/RPC inside SMB's named pipes.</summary>
static class DceRpcPipe
{
    /// <summary>Takes what was written to or read from a pipe apart, if it is DCE/RPC.</summary>
    public static bool TryDissect(Packet p, in View v, Node parent, (ulong, ulong) pipe)
    {
        if (!DceRpc.IsPdu(v, 0))
        {
            return false;
        }

        var call = p.Engine.State<DceRpcCall>();
        (call.Pipe, call.InPipe) = (pipe, true);
        try
        {
            p.CallGuarded(Catalog.DceRpc, v, Node.Root);
        }
        finally
        {
            (call.Pipe, call.InPipe) = (default, false);
        }

        return true;
    }
}
