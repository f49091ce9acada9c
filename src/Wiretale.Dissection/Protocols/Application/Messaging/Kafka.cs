using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Transport.Tcp;

namespace Wiretale.Dissection.Protocols.Application.Messaging;

// Specification: Apache Kafka, "Kafka protocol guide". TCP port 9092: a length, then a request's key, version and number, or an answer's number. The
// answer does not tell what it answers: that is remembered. Bodies are not taken apart but for the versions a server offers.

/// <summary>Kafka: who asks what of a broker.</summary>
public sealed class Kafka() : Dissector("kafka")
{
    const uint Port = 9092;
    const int LengthBytes = 4, ApiVersions = 18;

    static readonly Protocol P = new("Kafka", "Kafka", "kafka");
    static readonly ValueNames Keys = ValueNames.Of(() => [
        (0, "Produce"), (1, "Fetch"), (2, "Offsets"), (3, "Metadata"), (4, "LeaderAndIsr"), (5, "StopReplica"), (6, "UpdateMetadata"), (7, "ControlledShutdown"),
        (8, "OffsetCommit"), (9, "OffsetFetch"), (10, "FindCoordinator"), (11, "JoinGroup"), (12, "Heartbeat"), (13, "LeaveGroup"), (14, "SyncGroup"), (15, "DescribeGroups"),
        (16, "ListGroups"), (17, "SaslHandshake"), (18, "ApiVersions"), (19, "CreateTopics"), (20, "DeleteTopics"), (21, "DeleteRecords"), (22, "InitProducerId"),
        (23, "OffsetForLeaderEpoch"), (24, "AddPartitionsToTxn"), (25, "AddOffsetsToTxn"), (26, "EndTxn"), (27, "WriteTxnMarkers"), (28, "TxnOffsetCommit"),
        (29, "DescribeAcls"), (30, "CreateAcls"), (31, "DeleteAcls"), (32, "DescribeConfigs"), (33, "AlterConfigs"), (34, "AlterReplicaLogDirs"), (35, "DescribeLogDirs"),
        (36, "SaslAuthenticate"), (37, "CreatePartitions"), (38, "CreateDelegationToken"), (39, "RenewDelegationToken"), (40, "ExpireDelegationToken"),
        (41, "DescribeDelegationToken"), (42, "DeleteGroups"), (43, "ElectLeaders"), (44, "IncrementalAlterConfigs"), (45, "AlterPartitionReassignments"),
        (46, "ListPartitionReassignments"), (47, "OffsetDelete")]);
    static readonly Field Length = P.Int32("kafka.len", "Length", blurb: "The length of this Kafka packet.");
    static readonly Field Key = P.Field(FieldType.Int16, "kafka.api_key", "API Key", FieldBase.Dec, names: Keys, blurb: "Request API Key.");
    static readonly Field ServerKey = P.Field(FieldType.Int16, "kafka.request_key", "API Key", FieldBase.Dec, names: Keys);
    static readonly Field Version = P.Field(FieldType.Int16, "kafka.api_version", "API Version", FieldBase.Dec, blurb: "Request API Version.");
    static readonly Field Correlation = P.Int32("kafka.correlation_id", "Correlation ID"), Client = P.String("kafka.client_id", "Client ID", "The ID of the sending client.");
    static readonly Field RequestFrame = P.FrameNumber("kafka.request_frame", "Request Frame"), ResponseFrame = P.FrameNumber("kafka.response_frame", "Response Frame");
    static readonly Field Error = P.Field(FieldType.Int16, "kafka.error", "Error", FieldBase.Dec), MinVersion = P.Field(FieldType.Int16, "kafka.api_versions.min_version", "Min Version", FieldBase.Dec),
        MaxVersion = P.Field(FieldType.Int16, "kafka.api_versions.max_version", "Max Version", FieldBase.Dec);

    /// <summary>The newest version that Wireshark's readers know of each key; newer ones are remarked upon in the Info column.</summary>
    static ReadOnlySpan<sbyte> Newest =>
    [
        8, 11, 5, 9, 4, 2, 6, 3, 8, 7, 3, 7, 4, 4, 5, 5, 3, 1, 3, 5, 4, 1, 3, 3, 1, 1, 1, 0, 3, 2, 2, 2, 2, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 1, 0, 0, 0,
    ];

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override bool IsLeaf => true;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(Tcp.Ports, Port);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        p.SetProtocol("Kafka");
        p.Info.Clear();
        return Tcp.Pdus(p, v, parent, LengthBytes, static (Packet _, in View v, int at) => (int)Math.Min(v.U32(at), int.MaxValue - LengthBytes) + LengthBytes, One);
    }

    void One(Packet p, in View v, Node parent)
    {
        var requests = p.Conversation?.GetOrAdd<Requests>(this);
        if (!p.Info.IsClear)
        {
            p.Info.Separate("; ");
        }

        if (p.DestinationPort == Port)
        {
            AddRequest(p, v, parent, requests);
        }
        else
        {
            AddResponse(p, v, parent, requests);
        }
    }

    static void AddRequest(Packet p, in View v, Node parent, Requests? requests)
    {
        int key = (short)v.U16(4), version = (short)v.U16(6), correlation = (int)v.U32(8);
        var tree = p.Open(P, v, parent);
        Name(p, tree, key, version, "Request");
        p.AddAll(tree, v, 0, Length, Key, Version, Correlation);
        int length = (short)v.U16(12);
        if (length > 0)
        {
            p.Add(tree, Client, v, 14, length);
        }

        if (!p.IsQuoted)
        {
            requests?.Add(correlation, new(key, version, p.Number));
            p.AddLater(tree, ResponseFrame, v);
        }
    }

    static void AddResponse(Packet p, in View v, Node parent, Requests? requests)
    {
        int correlation = (int)v.U32(4);
        var tree = p.Open(P, v, parent);
        var request = requests?.Find(correlation);
        if (request is null)
        {
            p.Info.Append("Kafka Response (Undecoded, Request Missing)"u8);
            p.Label(tree, $"Kafka (Response, Undecoded, Request Missing)");
        }
        else
        {
            Name(p, tree, request.Key, request.Version, "Response");
        }

        p.AddAll(tree, v, 0, Length, Correlation);
        if (request is null)
        {
            return;
        }

        p.Generated(p.AddUInt(tree, RequestFrame, v, 0, 0, (uint)request.Frame));
        p.Generated(p.AddInt(tree, Key, v, 0, 0, request.Key));
        p.Generated(p.AddInt(tree, Version, v, 0, 0, request.Version));
        if (request.Key == ApiVersions && request.Version <= 2)
        {
            AddOffers(p, v, tree, 8);
        }
    }

    /// <summary>The versions that a server offers.</summary>
    static void AddOffers(Packet p, in View v, Node tree, int at)
    {
        const int OfferLength = 6;
        int error = (short)v.U16(at);
        p.Label(p.Add(tree, Error, v, at), $"Error: {(error == 0 ? "No Error" : "Unknown")} ({error})");
        int count = (int)v.U32(at + 2);
        at += 6;
        for (int i = 0; i < count; i++, at += OfferLength)
        {
            int key = (short)v.U16(at), least = (short)v.U16(at + 2), most = (short)v.U16(at + 4);
            var offer = p.AddText(tree, v, at, OfferLength, $"API Version {Keys.FindOr((ulong)key, "Unknown")} (v{least}");
            p.AppendLabel(offer, least == most ? ")" : $"-{most})");
            p.AddAll(offer, v, at, ServerKey, MinVersion, MaxVersion);
        }
    }

    static void Name(Packet p, Node tree, int key, int version, string kind)
    {
        string name = Keys.FindOr((ulong)key, "Unknown");
        p.Label(tree, $"Kafka ({name} v{version} {kind})");
        p.Info.Append("Kafka "u8);
        p.Info.Append(name);
        p.Info.Append($" v{version} {kind}");
        if (key >= 0 && key < Newest.Length && version > Newest[key])
        {
            p.Info.Append(" [Unsupported API version]"u8);
        }
    }

    sealed record Request(int Key, int Version, int Frame);

    /// <summary>The requests of a connection by number.</summary>
    sealed class Requests
    {
        const int Most = 4096;

        readonly Dictionary<int, Request> waiting = [];

        public Request? Find(int correlation) => waiting.GetValueOrDefault(correlation);

        public void Add(int correlation, Request request)
        {
            if (waiting.Count >= Most)
            {
                waiting.Clear();
            }

            waiting[correlation] = request;
        }
    }
}
