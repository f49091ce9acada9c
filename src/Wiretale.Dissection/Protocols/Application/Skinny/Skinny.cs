using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Application.Rtp;
using Wiretale.Dissection.Protocols.Transport.Tcp;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Application.Skinny;

// Specification: none that is public; Cisco's telephones. Numbers have their little end first.
//
//    0               4               8               12
//   +---------------+---------------+---------------+----
//   | Length        | Version       | Message       | ...      the length counts from the message on
//   +---------------+---------------+---------------+----

/// <summary>Skinny Client Control Protocol.</summary>
public sealed class Skinny() : Dissector("skinny")
{
    const int HeaderLength = 12, Smallest = 4, Largest = 1 << 16;

    internal static readonly Protocol P = new("Skinny Client Control Protocol", "SKINNY", "skinny");
    static readonly ValueNames Versions = ValueNames.Of(() => [
        (0, "Basic"), (10, "V10"), (11, "V11"), (15, "V15"), (16, "V16"), (17, "V17"), (18, "V18"), (19, "V19"), (20, "V20"), (21, "V21"), (22, "V22")]);

    static readonly Field Length = P.UInt32("skinny.data_length", "Data length", blurb: "Number of bytes in the data portion.");
    static readonly Field Version = P.UInt32("skinny.hdr_version", "Header version", FieldBase.Hex, Versions);
    static readonly Field MessageId = P.UInt32("skinny.messageId", "Message ID", FieldBase.Dec, SkinnyNames.Messages);
    static readonly Field ResponseTo = P.FrameNumber("skinny.response_to", "Request In", "This is a response to the SKINNY request in this frame");
    static readonly Field ResponseIn = P.FrameNumber("skinny.response_in", "Response In", "The response to this SKINNY request is in this frame");
    static readonly Field ResponseTime = P.RelativeTime("skinny.response_time", "Response Time", "The time between the Request and the Response");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override IEnumerable<Type> MoreTables => [typeof(SkinnyFields)];

    /// <inheritdoc />
    public override bool CrossesLanes => true;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(Tcp.Ports, 2000);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        // Other programs like the port, too.
        if (v.Captured < 8 || !IsMine(v.U32LE(0), v.U32LE(4)))
        {
            return 0;
        }

        p.SetProtocol("SKINNY");
        p.Info.Set("Skinny Client Control Protocol"u8);
        return Tcp.Pdus(p, v, parent, HeaderLength, static (Packet p, in View v, int at) => (int)Math.Min(v.U32LE(at), Largest) + 8, One);
    }

    static bool IsMine(uint length, uint version) => length is >= Smallest and <= Largest && Versions.Find(version) is not null;

    void One(Packet p, in View v, Node parent)
    {
        uint version = v.U32LE(4), message = v.U32LE(8);
        if (IsRequest(message))
        {
            p.SetProtocol("SKINNY/REQ");
        }
        else if (RequestOf(message) >= 0)
        {
            p.SetProtocol("SKINNY/RESP");
        }

        if (SkinnyNames.Messages.Find(message) is { } name)
        {
            p.Info.Set($"{name} ");
        }
        else
        {
            p.Info.Set($"0x{message:X8} (Unknown) ");
        }

        p.Info.Fence();
        var tree = p.Open(P, v, parent);
        p.AddLE(tree, Length, v, 0);
        p.AddLE(tree, Version, v, 4);
        p.AddLE(tree, MessageId, v, 8);
        var body = new SkinnyBody(version);
        if (SkinnyMessages.Of(message) is { } words)
        {
            body.Add(p, v, tree, SkinnyBody.Parse(words), HeaderLength);
        }
        else if (message == SkinnyBody.Capabilities)
        {
            body.AddCapabilities(p, v, tree, HeaderLength);
        }

        if (!p.IsQuoted)
        {
            Match(p, v, tree, message, body);
            Announce(p, message, body);
        }
    }

    static bool IsRequest(uint message) => message is 0 or 1 or (>= 9 and <= 15) or 18 or 37 or (>= 39 and <= 41) or 46 or 51 or 52 or 65 or 72 or 76 or 138
        or 257 or 258 or 261 or 263 or 297 or 300 or 305 or 306 or (>= 311 and <= 318) or 331 or 350 or 32768;

    /// <summary>The request that a message answers; -1 when it answers none.</summary>
    static int RequestOf(uint message) => message switch
    {
        129 => 1,
        144 => 9,
        145 or 329 => 10,
        146 or 327 => 11,
        147 or 322 => 12,
        148 => 13,
        151 => 14,
        152 => 15,
        158 => 18,
        256 => 0,
        264 => 40,
        265 => 37,
        280 => 39,
        282 or 283 => 41,
        287 or 326 => 52,
        298 or 299 => 297,
        301 or 302 => 300,
        303 or 328 => 51,
        33024 or 33025 => 32768,
        33 => 257,
        338 => 72,
        34 => 261,
        340 => 138,
        341 => 306,
        344 => 76,
        35 => 263,
        351 => 350,
        42 => 138,
        47 => 46,
        49 => 305,
        >= 53 and <= 57 => (int)message - 53 + 311 + (message >= 57 ? 1 : 0),
        64 => 317,
        66 => 65,
        69 => 331,
        16 or 67 or 68 => 155,
        _ => -1,
    };

    static void Match(Packet p, in View v, Node tree, uint message, SkinnyBody body)
    {
        // Wireshark counts no requests that have no body.
        if (p.Conversation is not { } conversation || SkinnyMessages.Of(message) is null)
        {
            return;
        }

        if (IsRequest(message))
        {
            conversation.GetOrAdd<Requests>(Catalog.Skinny).Ask((int)message, body.Party, p.Number, p.Time);
            p.AddLater(tree, ResponseIn, v);
        }
        else if (RequestOf(message) is >= 0 and var asked && conversation.Get<Requests>(Catalog.Skinny)?.Take(asked, body.Party) is { } request)
        {
            p.Generated(p.AddUInt(tree, ResponseTo, v, 0, 0, (uint)request.Frame));
            p.Generated(p.AddTime(tree, ResponseTime, v, 0, 0, p.Time - request.Time));
        }
    }

    /// <summary>Where speech is going to be sent to.</summary>
    static void Announce(Packet p, uint message, SkinnyBody body)
    {
        const uint ReceiveChannel = 34, Transmission = 138, TransmissionAcknowledged = 340;
        if (message is ReceiveChannel or Transmission or TransmissionAcknowledged && body.Address.Length > 0 && body.Port is > 0 and < ushort.MaxValue)
        {
            var how = new StreamSetup("SKINNY", p.Number, "", new Dictionary<int, string>());
            p.Engine.Conversations.Expect(PortKind.Udp, body.Address, body.Port, 0, Catalog.Rtp, how);
        }
    }

    /// <summary>What was asked and not answered yet.</summary>
    sealed class Requests
    {
        const int Most = 1024;
        readonly Dictionary<(int Message, uint Party), (int Frame, Timestamp Time)> asked = [];

        public void Ask(int message, uint party, int frame, Timestamp time)
        {
            if (asked.Count >= Most)
            {
                asked.Clear();
            }

            asked[(message, party)] = (frame, time);
        }

        public (int Frame, Timestamp Time)? Take(int message, uint party) => asked.Remove((message, party), out var found) ? found : null;
    }
}
