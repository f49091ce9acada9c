using Wiretale.Dissection.Conversations;
using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Application.Text;
using Wiretale.Dissection.Reassembly;

namespace Wiretale.Dissection.Protocols.Application.Mail;

/// <summary>A mail that comes in several segments of a connection, until it is all there.</summary>
sealed class MailPieces
{
    int number;
    Datagram? complete;
    byte[] assembled = [];

    /// <summary>Bytes so far.</summary>
    public int Length { get; private set; }

    /// <summary>Takes a piece in.</summary>
    /// <param name="more">Whether others follow.</param>
    public void Add(Packet p, Dissector owner, ReadOnlySpan<byte> bytes, bool more)
    {
        if (p.Conversation is not { } conversation)
        {
            return;
        }

        var key = new FragmentKey((byte)owner.CatalogIndex, conversation.AddressA, conversation.AddressB, Id(conversation));
        complete = p.Engine.State<Mails>().Table.Add(key, p.Number, Length, bytes, more, out assembled);
        Length += bytes.Length;
        if (bytes.IsEmpty)
        {
            // It told only that the one before was the last: it is no piece of its own.
            complete?.Parts.RemoveAll(static piece => piece.Length == 0);
        }

        if (!more)
        {
            Length = 0;
            number++;
        }
    }

    /// <summary>Shows the mail when it is complete.</summary>
    /// <returns>Whether it was.</returns>
    public bool TryShow(Packet p, MailFields fields, Node tree, Node parent)
    {
        if (complete is not { } datagram)
        {
            return false;
        }

        var mail = p.AddBuffer(assembled, datagram.Length, "Reassembled DATA");
        (assembled, complete) = ([], null);
        fields.Show(p, mail, tree, datagram.Fragments);
        p.Engine.State<Mails>().Table.Release(datagram);
        p.Call(Catalog.Imf, mail, parent);
        return true;
    }

    ulong Id(Conversation conversation) => ((ulong)(uint)conversation.FirstFrame << 24) | (uint)(number & 0xffffff);

    /// <summary>The pieces of mails of a lane's connections.</summary>
    sealed class Mails
    {
        public readonly FragmentTable Table = new();
    }
}

/// <summary>The fields by which a protocol of mail shows what a mail was put together from.</summary>
sealed class MailFields(Protocol protocol, string name)
{
    readonly Field list = protocol.Label($"{name}.data.fragments", "DATA fragments", blurb: "Message fragments");
    readonly Field one = protocol.FrameNumber($"{name}.data.fragment", "DATA fragment", blurb: "Message fragment");
    readonly Field count = protocol.UInt32($"{name}.data.fragment.count", "DATA fragment count");
    readonly Field length = protocol.UInt32($"{name}.data.reassembled.length", "Reassembled DATA length", blurb: "The total length of the reassembled payload");

    public void Show(Packet p, in View mail, Node parent, IReadOnlyList<Fragment> pieces)
    {
        if (!p.WantsFields)
        {
            return;
        }

        var tree = p.Generated(p.Add(parent, list, mail, 0, mail.Captured));
        p.Label(tree, $"{pieces.Count} DATA fragment{(pieces.Count == 1 ? "" : "s")} ({mail.Captured} bytes): ");
        for (int i = 0; i < pieces.Count; i++)
        {
            var piece = pieces[i];
            p.AppendLabel(tree, $"{(i == 0 ? "" : ", ")}#{piece.Frame}({piece.Length})");
            var node = p.Generated(p.AddUInt(tree.Or(parent), one, mail, piece.Offset, piece.Length, (uint)piece.Frame));
            p.Label(node, $"Frame: {piece.Frame}, payload: {piece.Offset}-{piece.Offset + piece.Length - 1} ({piece.Length} bytes)");
        }

        p.Generated(p.AddUInt(tree.Or(parent), count, mail, 0, 0, (uint)pieces.Count));
        p.Generated(p.AddUInt(tree.Or(parent), length, mail, 0, 0, (uint)mail.Captured));
    }
}
