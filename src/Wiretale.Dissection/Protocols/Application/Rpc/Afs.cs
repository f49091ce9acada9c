using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Protocols.Application.Rpc;

// Specification: OpenAFS, the interfaces in src/*/*.xg (afsint, afscbint, ptint, vldbint, volint); XDR as in RFC 4506. Which server speaks is
// known by its port; a request begins with the operation, a reply with the result.

/// <summary>Andrew File System: what the calls that RX carries ask and answer.</summary>
public sealed class Afs() : Dissector("afs")
{
    const uint FileServer = 7000, FirstTapes = 7025, LastTapes = 7032;

    /// <summary>Above are no operations: what seems to ask for one is encrypted.</summary>
    const uint LastOperation = 66000;

    /// <summary>Operations of the protocol that keeps copies of the databases the same.</summary>
    const uint FirstUbik = 10000, LastUbik = 30000;

    internal static readonly Protocol P = new("Andrew File System (AFS)", "AFS (RX)", "afs");
    static readonly Field ServiceField = P.UInt32("afs.service", "Service");
    static readonly Field RequestFrame = P.FrameNumber("afs.reqframe", "Request Frame"), ReplyFrame = P.FrameNumber("afs.repframe", "Reply Frame");
    static readonly Field Time = P.RelativeTime("afs.time", "Time from request", blurb: "Time between Request and Reply for AFS calls");

    static readonly Server[] Servers =
    [
        new("FS", "File Server", "fs", "File Server", AfsOperations.FileServer),
        new("CB", "Callback Server", "cb", "Callback", AfsOperations.Callback),
        new("PROT", "Protection Server", "prot", "Protection", AfsOperations.Protection),
        new("VLDB", "Volume Location Database Server", "vldb", "VLDB", AfsOperations.VolumeLocation),
        new("KAUTH", "Kerberos Authentication Server", "kauth", "KAuth", AfsOperations.Authentication),
        new("VOL", "Volume Server", "vol", "Volume Server", AfsOperations.Volumes),
        new("ERR", "Error Server", "error", "Error", null),
        new("BOS", "BOS Server", "bos", "BOS", AfsOperations.Overseer),
        new("UPD", "Update? Server", "update", "Update", AfsOperations.Update),
        new("RMT", "Rmtsys? Server", "rmtsys", "Rmtsys", AfsOperations.RemoteCalls),
    ];

    static readonly Server BackupServer = new("BKUP", "Backup Server", "backup", "Backup", AfsOperations.Backup);
    static readonly Server TapeServer = new("BUTC", "Backup Tape Controller", "butc", "BackupTC", AfsOperations.Tapes);
    static readonly Server UbikServer = new("UBIK", "UBIK", "ubik", "Ubik", AfsOperations.Ubik);

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override IEnumerable<Type> MoreTables => [typeof(AfsFields)];

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        var message = p.Engine.State<RxMessage>();
        bool isReply = !message.IsFromClient;
        if (ServerOf(isReply ? p.SourcePort : p.DestinationPort) is not { } server)
        {
            return 0;
        }

        p.SetProtocol("AFS (RX)");
        p.Info.Clear();
        var calls = p.Conversation?.GetOrAdd<Calls>(this);
        var key = (message.Service, message.Connection, message.Call);
        var call = calls?.Find(key);
        if (call is null && !isReply)
        {
            call = new(v.U32(0), p.Number, p.Time);
            if (!p.IsQuoted)
            {
                calls?.Add(key, call);
            }
        }

        var tree = p.Open(P, v, parent);
        uint operation = call?.Operation ?? 0;
        bool isUbik = operation is >= FirstUbik and < LastUbik, isEncrypted = operation > LastOperation;
        string direction = isReply ? "Reply" : "Request";
        var asked = isUbik ? UbikServer : server;
        string name = asked.Operations?.Find(operation) ?? "";
        if (isEncrypted)
        {
            p.Info.Set($"Encrypted {server.ShortName} {direction}");
        }
        else if (name.Length > 0)
        {
            p.Info.Set($"{(isUbik ? "UBIK-" : "")}{server.ShortName} {direction}: {name} ({operation})");
        }
        else
        {
            p.Info.Set($"{server.ShortName} {direction}: Unknown({operation}) ({operation})");
        }

        var service = p.AddUInt(tree, ServiceField, v, 0, 0, operation);
        p.Label(service, $"Service: {(isEncrypted ? "Encrypted " : isUbik ? "UBIK - " : "")}{server.Name} {direction}");
        if (isReply && call is not null)
        {
            p.Label(p.AddUInt(tree, RequestFrame, v, 0, 0, (uint)call.Frame), $"This is a reply to a request in frame {call.Frame}");
            p.AddTime(tree, Time, v, 0, 0, p.Time - call.Time);
        }
        else if (!isReply && p.Later(ReplyFrame) is > 0 and var later)
        {
            p.Label(p.AddUInt(tree, ReplyFrame, v, 0, 0, later), $"The reply to this request is in frame {later}");
        }

        // A reply without results is one, too.
        int taken = Math.Max(1, v.Reported);
        if (isEncrypted)
        {
            return taken;
        }

        bool isFirst = message.Sequence == 1;
        int at = !isReply && isFirst ? 4 : 0;
        var branch = p.AddUInt(tree, asked.Operation, v, 0, at, operation);
        p.Hidden(p.AddFlag(tree, asked.Is, v, 0, 0, true));

        // The columns say nothing of what stands inside; messages go on in later packets, and a list does not call their beginnings malformed.
        if (isFirst && p.WantsFields)
        {
            AfsForms.Add(p, v, branch, at, asked.ShortName, operation, isReply);
        }

        return taken;
    }

    static Server? ServerOf(uint port) => port switch
    {
        >= FileServer and <= 7009 => Servers[port - FileServer],
        7021 => BackupServer,
        >= FirstTapes and <= LastTapes => TapeServer,
        _ => null,
    };

    /// <param name="name">The name in its fields.</param>
    /// <param name="flag">The name of the field that says a message is its.</param>
    sealed class Server(string shortName, string longName, string name, string flag, ValueNames? operations)
    {
        public string ShortName { get; } = shortName;

        public string Name { get; } = longName;

        public ValueNames? Operations { get; } = operations;

        public Field Is { get; } = P.Flag("afs." + name, flag);

        public Field Operation { get; } = P.UInt32("afs." + name + ".opcode", "Operation", FieldBase.Dec, operations);
    }

    sealed record Call(uint Operation, int Frame, Wiretale.Wire.Timestamp Time);

    /// <summary>The calls between two endpoints.</summary>
    sealed class Calls
    {
        const int Limit = 10_000;

        readonly Dictionary<(uint Service, uint Connection, uint Call), Call> calls = [];

        public Call? Find((uint Service, uint Connection, uint Call) key) => calls.GetValueOrDefault(key);

        public void Add((uint Service, uint Connection, uint Call) key, Call call)
        {
            if (calls.Count >= Limit)
            {
                calls.Clear();
            }

            calls[key] = call;
        }
    }
}

/// <summary>What RX's header says of the data that AFS takes apart.</summary>
sealed class RxMessage
{
    public bool IsFromClient { get; set; }

    public uint Service { get; set; }

    public uint Connection { get; set; }

    public uint Call { get; set; }

    public uint Sequence { get; set; }
}
