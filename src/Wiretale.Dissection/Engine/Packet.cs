using System.Buffers;
using System.Runtime.CompilerServices;
using Wiretale.Capture;
using Wiretale.Dissection.Conversations;
using Wiretale.Wire;

namespace Wiretale.Dissection.Engine;

/// <summary>What kind of number <see cref="Packet.SourcePort"/> is.</summary>
public enum PortKind : byte
{
    None, Tcp, Udp, Sctp, Dccp,
}

/// <summary>The packet being dissected: where it came from, what is known of it so far, and where dissectors write. One object serves a whole run.</summary>
/// <remarks>By facets: context here, items in Packet.Items.cs, hand-off from protocol to protocol in Packet.HandOff.cs.</remarks>
public sealed partial class Packet
{
    /// <summary>Bytes of the Info column that are kept; Wireshark's COL_MAX_INFO_LEN without the NUL.</summary>
    const int LongestInfo = 4095;

    readonly bool[] wanted, groupsWanted, needed;
    readonly uint[] preferences;
    DissectedBatch batch = null!;
    DissectedPart part = null!;
    int index;
    int firstItem;
    int firstBuffer;

    internal Packet(DissectionEngine engine)
    {
        Engine = engine;
        wanted = engine.Demand.WantedById;
        (groupsWanted, needed, preferences) = (engine.GroupsWanted, engine.Needed, engine.Preferences);
        WantsLabels = engine.Demand.Tree;
        WantsTree = WantsLabels || engine.Demand.AllFields;
        KeepsItems = WantsTree || engine.Demand.AnyField;
        Info.Wanted = engine.Demand.Columns;
    }

    /// <summary>The run: its tables, conversations and what else outlives a packet.</summary>
    public DissectionEngine Engine { get; }

    /// <summary>The frame, as the capture gave it.</summary>
    public FrameRecord Frame { get; private set; }

    /// <summary>The frame's options (comments), or null.</summary>
    public PacketOptions? Options => Frame.Options < 0 ? null : batch.Frames.Options[Frame.Options];

    /// <summary>Frame number, from 1.</summary>
    public int Number => Frame.Number;

    /// <summary>The link type of the interface it was captured on.</summary>
    public LinkType LinkType => Frame.LinkType;

    /// <summary>When it was captured, since the epoch.</summary>
    public Timestamp Time => Frame.Time;

    /// <summary>The Source and Destination columns: what the innermost protocol with addresses set.</summary>
    public Address Source, Destination;

    /// <summary>The link layer's addresses.</summary>
    public Address LinkSource, LinkDestination;

    /// <summary>The innermost network layer's addresses; what conversations are kept by.</summary>
    public Address NetworkSource, NetworkDestination;

    /// <summary>Ports of the innermost transport.</summary>
    public uint SourcePort, DestinationPort;

    /// <summary>What the ports are.</summary>
    public PortKind PortKind;

    /// <summary>The conversation of the innermost transport, or null.</summary>
    public Conversation? Conversation;

    /// <summary>How an application protocol above a byte stream asks for more; null above datagrams.</summary>
    public StreamContext? Stream;

    /// <summary>The EtherType that the last link layer gave; what <see cref="Protocols.Link.EtherType"/> hands off by.</summary>
    public ushort EtherType;

    int linkPayloadBuffer, linkPayloadOffset, linkPayloadLength;

    /// <summary>A protocol under an EtherType says how many of the bytes it was given are its own; the rest is the link's padding and trailer.</summary>
    /// <remarks>Only what stands directly under the EtherType is heard: IP inside IP says nothing about Ethernet. Beyond the end of the bytes counts as all of them.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void SetActualLength(in View v, int length)
    {
        if (v.Buffer == linkPayloadBuffer && v.Offset == linkPayloadOffset)
        {
            linkPayloadLength = Math.Clamp(length, 0, v.Reported);
        }
    }

    /// <summary>Hands the payload of a link to <paramref name="dissector"/>; errors in it are shown and end there.</summary>
    /// <param name="taken">What the dissector returned.</param>
    /// <returns>How many bytes are the payload's own: see <see cref="SetActualLength"/>.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal int CallLinkPayload(Dissector dissector, in View v, Node parent, out int taken)
    {
        var (buffer, offset, length) = (linkPayloadBuffer, linkPayloadOffset, linkPayloadLength);
        (linkPayloadBuffer, linkPayloadOffset, linkPayloadLength) = (v.Buffer, v.Offset, v.Reported);
        taken = CallGuarded(dissector, v, parent);
        int own = linkPayloadLength;
        (linkPayloadBuffer, linkPayloadOffset, linkPayloadLength) = (buffer, offset, length);
        return own;
    }

    /// <summary>The number of the innermost IP protocol or next header; 0 before any.</summary>
    public byte IpProtocol;

    /// <summary>Time to live or hop limit of the innermost IP header.</summary>
    public byte HopLimit;

    /// <summary>Whether the bytes are a fragment that was not put together with its others.</summary>
    public bool IsFragment;

    /// <summary>How many ICMP (or like) errors quote what is now being dissected; state must not learn from quoted packets.</summary>
    public int QuoteDepth;

    /// <summary>Whether the packet is quoted inside an error message.</summary>
    public bool IsQuoted => QuoteDepth > 0;

    /// <summary>The Info column.</summary>
    public Column Info { get; } = new();

    /// <summary>A text for a dissector's passing needs; its content lasts until the next one uses it.</summary>
    public Utf8Text Scratch { get; } = new();

    readonly Utf8Text named = new();

    /// <summary>The Protocol column so far.</summary>
    public string ProtocolColumn { get; private set; } = "";

    /// <summary>An address as headings show it, with its name where names are wanted; good until the next call.</summary>
    public ReadOnlySpan<byte> Named(in Address address)
    {
        named.Clear();
        Engine.Names.AppendBoth(named, address, Number - 1);
        return named.Bytes;
    }

    /// <summary>The name of an address, or the address itself; good until the next call.</summary>
    public ReadOnlySpan<byte> Name(in Address address)
    {
        named.Clear();
        Engine.Names.Append(named, address, Number - 1);
        return named.Bytes;
    }

    /// <summary>A port as headings show it; good until the next call.</summary>
    public ReadOnlySpan<byte> NamedPort(uint port, PortKind kind)
    {
        named.Clear();
        Engine.Names.AppendPort(named, port, kind);
        return named.Bytes;
    }

    /// <summary>A port as the Info column shows it; good until the next call.</summary>
    public ReadOnlySpan<byte> ShortPort(uint port, PortKind kind)
    {
        named.Clear();
        Engine.Names.AppendShortPort(named, port, kind);
        return named.Bytes;
    }

    /// <summary>Whether all fields are wanted, and lines of text between them.</summary>
    public bool WantsTree { get; }

    /// <summary>Whether labels of fields are wanted; if not, those of lines of text may still be.</summary>
    public bool WantsLabels { get; }

    /// <summary>Whether a field of the dissector at work is wanted; when not, it may skip everything that only makes items.</summary>
    public bool WantsFields { get; private set; }

    /// <summary>Whether any dissector's field is wanted, so that what items point to must last as long as the batch.</summary>
    public bool KeepsItems { get; }

    /// <summary>Whether the packet list's columns are wanted.</summary>
    public bool WantsColumns => Info.Wanted;

    internal Utf8Text Labels => part.Labels;

    /// <summary>Sets the Protocol column, unless a quoted packet is being dissected.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void SetProtocol(string name)
    {
        if (Info.Writable && !ProtocolFixed)
        {
            ProtocolColumn = name;
        }
    }

    /// <summary>Whether the Protocol column stays as it is: a stream's second message in one segment does not rename the packet.</summary>
    public bool ProtocolFixed { get; set; }

    /// <summary>The value of a preference in this run.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint Preference(Preference preference) => (uint)preference.Id < (uint)preferences.Length ? preferences[preference.Id] : preference.Default;

    /// <summary>Whether a preference is on in this run.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool IsOn(Preference preference) => Preference(preference) != 0;

    /// <summary>Makes a buffer of the packet out of bytes from elsewhere (put together, decompressed, decrypted) and returns a view on it.</summary>
    /// <param name="rented">From <see cref="ArrayPool{T}.Shared"/>; the batch gives it back when it is done with.</param>
    /// <param name="length">Bytes in use.</param>
    /// <param name="name">Title in a hex dump: <c>Reassembled TCP</c>.</param>
    /// <param name="reported">Length that the bytes had on the wire, when not all of them were kept.</param>
    /// <param name="content">What it holds, where a sink must know.</param>
    public View AddBuffer(byte[] rented, int length, string name, int reported = 0, BufferContent content = BufferContent.Other)
    {
        part.AddBuffer(rented, length, name, content);
        return new(rented.AsSpan(0, length), Math.Max(length, reported), (ushort)(part.Buffers.Count - firstBuffer));
    }

    /// <summary>As <see cref="AddBuffer(byte[], int, string, int, BufferContent)"/>, from a copy of bytes.</summary>
    public View AddBuffer(ReadOnlySpan<byte> bytes, string name, int reported = 0)
    {
        var copy = ArrayPool<byte>.Shared.Rent(Math.Max(bytes.Length, 1));
        bytes.CopyTo(copy);
        return AddBuffer(copy, bytes.Length, name, reported);
    }

    /// <summary>Whether the packet carries something that was not looked at, see <see cref="EngineSettings.HeadersOnly"/>.</summary>
    internal bool IsIncomplete { get; set; }

    /// <summary>Items that the packet's part has so far.</summary>
    internal int ItemCount => part.ItemCount;

    /// <summary>Takes the last buffer back when nobody has said anything about it since there were <paramref name="items"/> items.</summary>
    internal bool TryTakeBack(in View buffer, int items, out byte[] bytes)
    {
        bytes = [];
        bool can = part.ItemCount == items && part.Buffers.Count - firstBuffer == buffer.Buffer;
        if (can)
        {
            bytes = part.TakeLastBuffer();
        }

        return can;
    }

    /// <summary>Whether the packet's batch is taken apart one packet after the other, see <see cref="LaneMap"/>.</summary>
    internal bool IsOrdered => batch.IsOrdered;

    /// <summary>The lane that the packet belongs to.</summary>
    internal byte Lane { get; private set; }

    /// <inheritdoc cref="DissectedBatch.Secrets"/>
    internal int Secrets => batch.Secrets;

    /// <summary>When the capture's first frame and the one before this were captured.</summary>
    internal Timestamp FirstTime => batch.FirstTime;

    /// <inheritdoc cref="FirstTime"/>
    internal Timestamp PreviousTime => index == 0 ? batch.PreviousTime : batch.Frames[index - 1].Time;

    /// <summary>Takes note of a conversation that the packet opened.</summary>
    internal void Opened(Conversation conversation) => part.Opened.Add(new(index, part.Opened.Count, conversation));

    /// <summary>Adds a conversation's number, as a worked-out field.</summary>
    public Node AddStream(Node parent, Field field, in View v, int at, Conversation conversation)
    {
        if (!Wants(field))
        {
            return Node.None;
        }

        if (conversation.Stream == Conversation.Unnumbered)
        {
            part.Unnumbered.Add((index, conversation));
        }

        return Generated(New(parent, field, v, at, 0, StreamValue(conversation, part.Unnumbered.Count - 1)));
    }

    /// <summary>The number, or what stands for it until <see cref="DissectionEngine.Finish"/> replaces it: a place in <see cref="DissectedPart.Unnumbered"/>.</summary>
    static ulong StreamValue(Conversation conversation, int place) =>
        conversation.Stream is >= 0 and var number ? (ulong)number : DissectedPart.NoNumberYet | (uint)place;

    /// <summary>Remembers of a frame that nobody will see what later ones of its connection need.</summary>
    internal void Follow(DissectedBatch into, int frame, int lane)
    {
        if (Engine.TracksTcp && PlainSegment.TryFind(into.Frames[frame], out var segment))
        {
            Enter(into, frame, lane);
            Info.Freeze();
            (NetworkSource, NetworkDestination) = segment.Addresses(Frame);
            Protocols.Transport.Tcp.Tcp.Follow(this, segment.Tcp(Frame));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    void Enter(DissectedBatch into, int frame, int lane)
    {
        batch = into;
        index = frame;
        Lane = (byte)lane;
        part = into.Part(lane);
        Frame = into.Frames[frame];
        QuoteDepth = 0;
        Info.Reset();
    }

    /// <summary>Takes a frame apart.</summary>
    internal void Dissect(DissectedBatch into, int frame)
    {
        Enter(into, frame, into.Lanes[frame]);
        firstItem = part.ItemCount;
        firstBuffer = part.Buffers.Count;
        Source = Destination = LinkSource = LinkDestination = NetworkSource = NetworkDestination = default;
        SourcePort = DestinationPort = 0;
        PortKind = PortKind.None;
        Conversation = null;
        Stream = null;
        EtherType = 0;
        linkPayloadBuffer = -1;
        IpProtocol = 0;
        HopLimit = 0;
        IsFragment = false;
        IsIncomplete = false;
        ProtocolColumn = "";
        ProtocolFixed = false;
        ResetHandOff();
        needsOrdering = false;
        laterTaken.Clear();

        int reported = (int)Math.Clamp(Frame.OriginalLength, (uint)Frame.CapturedLength, int.MaxValue);
        Run(Engine.FrameDissector, new View(Frame.Data, reported, 0));

        if (needsOrdering)
        {
            if (!Engine.Demand.AsMade)
            {
                ItemOrder.Sort(part.AllItems[firstItem..part.ItemCount], moves);
            }

            moves.Clear();
        }

        ref var packet = ref part.AddPacket();
        packet.FirstItem = firstItem;
        packet.ItemCount = part.ItemCount - firstItem;
        packet.FirstBuffer = firstBuffer;
        packet.BufferCount = part.Buffers.Count - firstBuffer;
        packet.Protocol = ProtocolColumn;
        packet.Source = Source;
        packet.Destination = Destination;
        packet.SourcePort = SourcePort;
        packet.DestinationPort = DestinationPort;
        packet.IsFilteredOut = false;
        packet.IsIncomplete = IsIncomplete && Engine.HeadersOnly;
        packet.Info = part.Columns.Length;
        packet.InfoLength = Math.Min(Info.Bytes.Length, LongestInfo);
        part.Columns.Append(Info.Bytes[..packet.InfoLength]);
    }
}
