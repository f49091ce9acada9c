using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Internet;
using Wiretale.Dissection.Protocols.Transport;
using Wiretale.Dissection.Protocols.Transport.Tcp;

namespace Wiretale.Dissection.Protocols.Application.Dnp3;

// Specification: IEEE 1815-2012 clauses 9 (link), 8 (transport), 4 and 11 (application). Numbers have their little end first.
//
//   0x05 0x64 | length | control | destination (2) | source (2) | CRC (2) | up to 16 bytes, CRC (2) | ...
//   transport: FIN FIR sequence (1)      application: control (1) | function (1) | [internal indications (2)] | objects

/// <summary>Distributed Network Protocol 3: links, transport, and the messages in them.</summary>
public sealed class Dnp3() : Dissector("dnp3", "dnp")
{
    const uint Port = 20000;
    const int HeaderLength = 10, ChunkLength = 16, CrcLength = 2, LengthOfHeader = 5;
    const byte Start1 = 0x05, Start2 = 0x64;
    const int UserData = 3, UnconfirmedUserData = 4, FirstResponse = 129;

    /// <summary>Trouble of the device, and all that says a request could not be followed.</summary>
    const int Abnormal = 0x403f;


    internal static readonly Protocol P = new("Distributed Network Protocol 3.0", "DNP 3.0", "dnp3");
    static readonly Field StartBytes = P.UInt16("dnp3.start", "Start Bytes", FieldBase.Hex);
    static readonly Field Length = P.UInt8("dnp3.len", "Length", blurb: "Frame Data Length");
    static readonly Field Control = P.UInt8("dnp3.ctl", "Control", FieldBase.Hex, blurb: "Frame Control Byte");
    static readonly Field Direction = P.Flag("dnp3.ctl.dir", "Direction", 8, 0x80, ValueNames.SetNotSet);
    static readonly Field Primary = P.Flag("dnp3.ctl.prm", "Primary", 8, 0x40, ValueNames.SetNotSet);
    static readonly Field CountBit = P.Flag("dnp3.ctl.fcb", "Frame Count Bit", 8, 0x20, ValueNames.SetNotSet);
    static readonly Field CountValid = P.Flag("dnp3.ctl.fcv", "Frame Count Valid", 8, 0x10, ValueNames.SetNotSet);
    static readonly Field FlowControl = P.Flag("dnp3.ctl.dfc", "Data Flow Control", 8, 0x10, ValueNames.SetNotSet);
    static readonly Field PrimaryFunction = P.UInt8("dnp3.ctl.prifunc", "Control Function Code", FieldBase.Dec, Dnp3Names.PrimaryFunctions, mask: 0x0f, blurb: "Frame Control Function Code");
    static readonly Field SecondaryFunction = P.UInt8("dnp3.ctl.secfunc", "Control Function Code", FieldBase.Dec, Dnp3Names.SecondaryFunctions, mask: 0x0f, blurb: "Frame Control Function Code");
    static readonly Field Destination = P.UInt16("dnp3.dst", "Destination", blurb: "Destination Address");
    static readonly Field Source = P.UInt16("dnp3.src", "Source", blurb: "Source Address");
    static readonly Field AnyAddress = P.UInt16("dnp3.addr", "Address", blurb: "Source or Destination Address");
    static readonly Field HeaderCrc = P.UInt16("dnp3.hdr.CRC", "Data Link Header checksum", FieldBase.Hex);
    static readonly Field HeaderCrcStatus = P.UInt8("dnp.hdr.CRC.status", "Data Link Header Checksum Status", FieldBase.None, ChecksumStates.Names);
    static readonly Field Transport = P.UInt8("dnp3.tr.ctl", "Transport Control", FieldBase.Hex, blurb: "Transport Layer Control Byte");
    static readonly Field[] TransportBits =
    [
        P.Flag("dnp3.tr.fin", "Final", 8, 0x80, ValueNames.SetNotSet), P.Flag("dnp3.tr.fir", "First", 8, 0x40, ValueNames.SetNotSet),
        P.UInt8("dnp3.tr.seq", "Sequence", mask: 0x3f, blurb: "Frame Sequence Number"),
    ];

    static readonly Field Chunk = P.Bytes("dnp.data_chunk", "Data Chunk");
    static readonly Field ChunkSize = P.UInt16("dnp.data_chunk_len", "Data Chunk length");
    static readonly Field ChunkCrc = P.UInt16("dnp.data_chunk.CRC", "Data Chunk checksum", FieldBase.Hex);
    static readonly Field ChunkCrcStatus = P.UInt8("dnp.data_chunk.CRC.status", "Data Chunk Checksum Status", FieldBase.None, ChecksumStates.Names);
    static readonly Field FragmentData = P.Bytes("dnp3.al.frag_data", "DNP3.0 AL Fragment Data", blurb: "DNP 3.0 Application Layer Fragment Data");
    static readonly Field Fragments = P.Label("dnp3.al.fragments", "DNP 3.0 AL Fragments", "DNP 3.0 Application Layer Fragments");
    static readonly Field Fragment = P.FrameNumber("dnp3.al.fragment", "DNP 3.0 AL Fragment", "DNP 3.0 Application Layer Fragment");
    static readonly Field FragmentCount = P.UInt32("dnp3.al.fragment.count", "Fragment count");
    static readonly Field ReassembledLength = P.UInt32("dnp3.al.fragment.reassembled.length", "Reassembled DNP length", blurb: "The total length of the reassembled payload");
    static readonly Field ApplicationControl = P.UInt8("dnp3.al.ctl", "Application Control", FieldBase.Hex, blurb: "Application Layer Control Byte");
    static readonly Field[] ApplicationBits =
    [
        P.Flag("dnp3.al.fir", "First", 8, 0x80, ValueNames.SetNotSet), P.Flag("dnp3.al.fin", "Final", 8, 0x40, ValueNames.SetNotSet),
        P.Flag("dnp3.al.con", "Confirm", 8, 0x20, ValueNames.SetNotSet), P.Flag("dnp3.al.uns", "Unsolicited", 8, 0x10, ValueNames.SetNotSet),
        P.UInt8("dnp3.al.seq", "Sequence", mask: 0x0f, blurb: "Frame Sequence Number"),
    ];

    static readonly Field Function = P.UInt8("dnp3.al.func", "Application Layer Function Code", FieldBase.Dec, Dnp3Names.Functions, blurb: "Application Function Code");
    static readonly Field Indications = P.UInt16("dnp3.al.iin", "Internal Indications", FieldBase.Hex, blurb: "Application Layer IIN");
    static readonly Field[] IndicationBits =
    [
        P.Flag("dnp3.al.iin.rst", "Device Restart", 16, 0x8000, ValueNames.SetNotSet), P.Flag("dnp3.al.iin.dt", "Device Trouble", 16, 0x4000, ValueNames.SetNotSet),
        P.Flag("dnp3.al.iin.dol", "Digital Outputs in Local", 16, 0x2000, ValueNames.SetNotSet), P.Flag("dnp3.al.iin.tsr", "Time Sync Required", 16, 0x1000, ValueNames.SetNotSet),
        P.Flag("dnp3.al.iin.cls3d", "Class 3 Data Available", 16, 0x0800, ValueNames.SetNotSet), P.Flag("dnp3.al.iin.cls2d", "Class 2 Data Available", 16, 0x0400, ValueNames.SetNotSet),
        P.Flag("dnp3.al.iin.cls1d", "Class 1 Data Available", 16, 0x0200, ValueNames.SetNotSet), P.Flag("dnp3.al.iin.bmsg", "Broadcast Msg Rx", 16, 0x0100, ValueNames.SetNotSet),
        P.Flag("dnp3.al.iin.cc", "Configuration Corrupt", 16, 0x0020, ValueNames.SetNotSet), P.Flag("dnp3.al.iin.oae", "Operation Already Executing", 16, 0x0010, ValueNames.SetNotSet),
        P.Flag("dnp3.al.iin.ebo", "Event Buffer Overflow", 16, 0x0008, ValueNames.SetNotSet),
        P.Flag("dnp3.al.iin.pioor", "Parameters Invalid or Out of Range", 16, 0x0004, ValueNames.SetNotSet),
        P.Flag("dnp3.al.iin.obju", "Requested Objects Unknown", 16, 0x0002, ValueNames.SetNotSet),
        P.Flag("dnp3.al.iin.fcni", "Function Code not implemented", 16, 0x0001, ValueNames.SetNotSet),
    ];

    static readonly Expert Abnormality = P.Expert("dnp3.iin_abnormal", Severity.Warning, ExpertGroup.Protocol, "IIN Abnormality");
    static readonly Expert BadChunk = P.Expert("dnp3.data_chunk.CRC.incorrect", Severity.Warning, ExpertGroup.Checksum, "Data Chunk Checksum incorrect");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override IEnumerable<Type> MoreTables => [typeof(Dnp3Objects)];

    /// <inheritdoc />
    public override void Claim(Claims claims)
    {
        claims.Numbers(Udp.Ports, Port);
        claims.Numbers(Tcp.Ports, Port);
    }

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        if (v.Captured < 2 || v.U8(0) != Start1 || v.U8(1) != Start2 || (v.Captured >= HeaderLength && Crc(v.Span(0, HeaderLength - CrcLength)) != v.U16LE(HeaderLength - CrcLength)))
        {
            return 0;
        }

        return Tcp.Pdus(p, v, parent, HeaderLength, static (_, in v, at) => WholeLength(v.U8(at + 2)), One);
    }

    static int WholeLength(int length)
    {
        int data = Math.Max(0, length - LengthOfHeader);
        return HeaderLength + data + ((data + ChunkLength - 1) / ChunkLength * CrcLength);
    }

    /// <summary>Clause 9.2.4.1.5: the polynomial 0x3d65 with its bits the other way round, inverted.</summary>
    static ushort Crc(ReadOnlySpan<byte> bytes)
    {
        int crc = 0;
        foreach (byte b in bytes)
        {
            crc ^= b;
            for (int i = 0; i < 8; i++)
            {
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xa6bc : crc >> 1;
            }
        }

        return (ushort)~crc;
    }

    void One(Packet p, in View v, Node parent)
    {
        int length = v.U8(2), control = v.U8(3), destination = v.U16LE(4), source = v.U16LE(6), function = control & 0x0f;
        bool isPrimary = (control & 0x40) != 0;
        string name = (isPrimary ? Dnp3Names.PrimaryFunctions : Dnp3Names.SecondaryFunctions).FindOr((ulong)function, "Unknown function");
        p.SetProtocol("DNP 3.0");
        p.Info.Clear();
        p.Info.Append($"from {source} to {destination}, len={length}, {name}");
        var tree = p.Open(P, v, parent);
        if (p.WantsFields)
        {
            AddLink(p, v, tree, length, control, source, destination, isPrimary, name);
        }

        if (!isPrimary || function is not (UserData or UnconfirmedUserData) || length <= LengthOfHeader)
        {
            return;
        }

        int transport = v.U8(HeaderLength);
        AddTransport(p, v, tree, transport);
        Span<byte> data = stackalloc byte[byte.MaxValue];
        int size = AddChunks(p, v, tree, length - LengthOfHeader, data);
        if (size > 0)
        {
            Assemble(p, v, tree, transport, source, data[1..size]);
        }
    }

    static void AddLink(Packet p, in View v, Node tree, int length, int control, int source, int destination, bool isPrimary, string name)
    {
        string direction = (control & 0x80) != 0 ? "DIR, " : "", primary = isPrimary ? "PRM, " : "";
        var link = p.AddText(tree, v, 0, HeaderLength, $"Data Link Layer, Len: {length}, From: {source}, To: {destination}, {direction}{primary}{name}");
        p.Add(link, StartBytes, v, 0);
        p.Add(link, Length, v, 2);
        var node = p.Add(link, Control, v, 3);
        p.AppendLabel(node, $" ({direction}{primary}{name})");
        p.AddAll(node, v, 3, Direction);
        p.Add(node, Primary, v, 3);
        if (isPrimary)
        {
            p.Add(node, CountBit, v, 3);
        }

        p.Add(node, isPrimary ? CountValid : FlowControl, v, 3);
        p.Add(node, isPrimary ? PrimaryFunction : SecondaryFunction, v, 3);
        p.AddLE(link, Destination, v, 4);
        p.Hidden(p.AddLE(link, AnyAddress, v, 4));
        p.AddLE(link, Source, v, 6);
        p.Hidden(p.AddLE(link, AnyAddress, v, 6));
        AddCrc(p, v, link, 0, 8, HeaderCrc, HeaderCrcStatus);
    }

    /// <returns>Whether the bytes are what their sender sent.</returns>
    static bool AddCrc(Packet p, in View v, Node tree, int at, int length, Field field, Field status)
    {
        ushort found = v.U16LE(at + length), expected = Crc(v.Span(at, length));
        var node = p.AddLE(tree, field, v, at + length);
        if (found == expected)
        {
            p.AppendLabel(node, " [correct]");
        }
        else
        {
            p.AppendLabel(node, $" incorrect, should be 0x{expected:x4}");
            p.Expert(node, BadChunk, v, at + length, CrcLength, $"Data Chunk Checksum incorrect [should be 0x{expected:x4}]");
        }

        p.Generated(p.AddUInt(tree, status, v, at + length, 0, found == expected ? ChecksumStates.Good : ChecksumStates.Bad));
        return found == expected;
    }

    static void AddTransport(Packet p, in View v, Node tree, int transport)
    {
        var node = p.Add(tree, Transport, v, HeaderLength);
        bool isFinal = (transport & 0x80) != 0, isFirst = (transport & 0x40) != 0;
        p.AppendLabel(node, $"{(isFinal ? ", Final" : "")}{(isFirst ? ", First" : "")}({(isFirst ? "FIR, " : "")}{(isFinal ? "FIN, " : "")}Sequence {transport & 0x3f})");
        foreach (var bit in TransportBits)
        {
            p.Add(node, bit, v, HeaderLength);
        }
    }

    /// <summary>Takes the data out from between their checksums.</summary>
    /// <returns>How much it is; 0 when a checksum is bad, and so nothing may be believed.</returns>
    static int AddChunks(Packet p, in View v, Node tree, int length, Span<byte> data)
    {
        int taken = 0, at = HeaderLength;
        var chunks = p.AddText(tree, v, at, v.CapturedFrom(at), "Data Chunks");
        for (int i = 0; taken < length; i++)
        {
            int size = Math.Min(ChunkLength, length - taken);
            var chunk = p.AddText(chunks, v, at, size + CrcLength, $"Data Chunk: {i}");
            v.Span(at, size).CopyTo(data[taken..]);
            p.Add(chunk, Chunk, v, at, size);
            p.Generated(p.AddUInt(chunk, ChunkSize, v, at, 0, (uint)size));
            if (!AddCrc(p, v, chunk, at, size, ChunkCrc, ChunkCrcStatus))
            {
                return 0;
            }

            taken += size;
            at += size + CrcLength;
        }

        return taken;
    }

    void Assemble(Packet p, in View v, Node tree, int transport, int source, ReadOnlySpan<byte> data)
    {
        bool isFinal = (transport & 0x80) != 0, isFirst = (transport & 0x40) != 0;
        var message = p.Conversation is { } conversation && !p.IsQuoted ? conversation.GetOrAdd<Messages>(this).Of(source) : new Message();
        bool isWhole = message.Add(p.Number, transport & 0x3f, isFirst, data) && isFinal;
        if (!isWhole)
        {
            p.Info.Append($" (Application Layer Unreassembled fragment {transport & 0x3f})");
            var rest = p.AddBuffer(data, "DNP 3.0 Application Layer message");
            p.Add(tree, FragmentData, rest, 0, rest.Captured);
            return;
        }

        var whole = p.AddBuffer(message.Bytes, "DNP 3.0 Application Layer message");
        AddFragments(p, whole, tree, message);
        message.Clear();
        Apply(p, whole, tree);
    }

    static void AddFragments(Packet p, in View whole, Node tree, Message message)
    {
        var branch = p.Generated(p.Add(tree, Fragments, whole, 0, whole.Captured));
        p.Label(branch, $"{message.Parts.Count} DNP 3.0 AL Fragment{(message.Parts.Count == 1 ? "" : "s")} ({whole.Reported} byte{(whole.Reported == 1 ? "" : "s")}): ");
        int at = 0;
        foreach (var (frame, length) in message.Parts)
        {
            p.AppendLabel(branch, $"{(at == 0 ? "" : ", ")}#{frame}({length})");
            p.Label(p.Generated(p.AddUInt(branch, Fragment, whole, at, length, (uint)frame)), $"Frame: {frame}, payload: {at}-{at + length - 1} ({length} byte{(length == 1 ? "" : "s")})");
            at += length;
        }

        p.Generated(p.AddUInt(branch, FragmentCount, whole, 0, 0, (uint)message.Parts.Count));
        p.Generated(p.AddUInt(branch, ReassembledLength, whole, 0, 0, (uint)whole.Reported));
    }

    static void Apply(Packet p, in View v, Node parent)
    {
        int control = v.U8(0), function = v.U8(1), at = 2;
        string name = Dnp3Names.Functions.FindOr((ulong)function, "Unknown function");
        p.Info.Clear();
        p.Info.AppendAfter(", ", name);
        string flags = $"{((control & 0x80) != 0 ? "FIR, " : "")}{((control & 0x40) != 0 ? "FIN, " : "")}{((control & 0x20) != 0 ? "CON, " : "")}{((control & 0x10) != 0 ? "UNS, " : "")}Sequence {control & 0x0f}";
        var tree = p.AddText(parent, v, 0, v.Captured, $"Application Layer: ({flags}, {name})");
        var node = p.Add(tree, ApplicationControl, v, 0);
        p.AppendLabel(node, $"{((control & 0x80) != 0 ? ", First" : "")}{((control & 0x40) != 0 ? ", Final" : "")}{((control & 0x20) != 0 ? ", Confirm" : "")}{((control & 0x10) != 0 ? ", Unsolicited" : "")}({flags})");
        foreach (var bit in ApplicationBits)
        {
            p.Add(node, bit, v, 0);
        }

        p.Label(p.Add(tree, Function, v, 1), $"Function Code: {name} (0x{function:x2})");
        if (function >= FirstResponse)
        {
            AddIndications(p, v, tree);
            at += 2;
        }

        if (at < v.Reported && function != 0)
        {
            Dnp3Objects.Add(p, v, tree, at, function, name);
        }
    }

    static void AddIndications(Packet p, in View v, Node tree)
    {
        int indications = v.U16(2);
        var node = p.Add(tree, Indications, v, 2);
        foreach (var bit in IndicationBits)
        {
            if (((ulong)indications & bit.Mask) != 0)
            {
                p.AppendLabel(node, $", {bit.Label}");
            }
        }

        foreach (var bit in IndicationBits)
        {
            p.Add(node, bit, v, 2, 2);
        }

        if ((indications & Abnormal) != 0)
        {
            p.Expert(node, Abnormality, v, 2, 2);
        }
    }

    /// <summary>The unfinished messages of a conversation, by who sends them.</summary>
    sealed class Messages
    {
        const int Limit = 64;

        readonly Dictionary<int, Message> bySource = [];

        public Message Of(int source)
        {
            if (!bySource.TryGetValue(source, out var message))
            {
                if (bySource.Count >= Limit)
                {
                    bySource.Clear();
                }

                bySource[source] = message = new Message();
            }

            return message;
        }
    }

    /// <summary>A message in several frames (clause 8.2).</summary>
    sealed class Message
    {
        const int MaxLength = 1 << 16;

        readonly List<(int Frame, int Length)> parts = [];
        byte[] bytes = [];
        int length, next;

        public IReadOnlyList<(int Frame, int Length)> Parts => parts;

        public ReadOnlySpan<byte> Bytes => bytes.AsSpan(0, length);

        /// <returns>Whether all up to here is known.</returns>
        public bool Add(int frame, int sequence, bool isFirst, ReadOnlySpan<byte> part)
        {
            if (isFirst)
            {
                Clear();
            }
            else if (parts.Count == 0 || sequence != next || length + part.Length > MaxLength)
            {
                Clear();
                return false;
            }

            if (length + part.Length > bytes.Length)
            {
                Array.Resize(ref bytes, Math.Max(length + part.Length, bytes.Length * 2));
            }

            part.CopyTo(bytes.AsSpan(length));
            length += part.Length;
            parts.Add((frame, part.Length));
            next = (sequence + 1) & 0x3f;
            return true;
        }

        public void Clear()
        {
            parts.Clear();
            length = 0;
        }
    }
}
