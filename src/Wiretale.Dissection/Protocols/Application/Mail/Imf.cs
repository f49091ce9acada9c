using System.Text;
using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Application.Http;
using Wiretale.Dissection.Protocols.Application.MediaTypes;
using Wiretale.Dissection.Protocols.Application.Text;

namespace Wiretale.Dissection.Protocols.Application.Mail;

// Specification: RFC 5322 (header fields, folding, addresses), RFC 2045 (MIME).
//
//   name ":" value CRLF ... CRLF body

/// <summary>Internet Message Format: a mail.</summary>
public sealed class Imf() : MediaDissector("imf")
{
    /// <summary>Header fields that are shown.</summary>
    const int MaxFields = 2000;

    static readonly Protocol P = new("Internet Message Format", "IMF", "imf");
    static readonly Field Date = P.String("imf.date", "Date", blurb: "DateTime");
    static readonly Field From = P.String("imf.from", "From", blurb: "MailboxList");
    static readonly Field Sender = P.String("imf.sender", "Sender");
    static readonly Field ReplyTo = P.String("imf.reply_to", "Reply-To");
    static readonly Field To = P.String("imf.to", "To");
    static readonly Field Cc = P.String("imf.cc", "Cc");
    static readonly Field Bcc = P.String("imf.bcc", "Bcc");
    static readonly Field ResentFrom = P.String("imf.resent.from", "Resent-From");
    static readonly Field ResentTo = P.String("imf.resent.to", "Resent-To");
    static readonly Field Subject = P.String("imf.subject", "Subject");
    static readonly Field ContentType = P.String("imf.content.type", "Content-Type");
    static readonly Field ContentTypeType = P.String("imf.content.type.type", "Type");
    static readonly Field ContentTypeParameters = P.String("imf.content.type.parameters", "Parameters");
    static readonly Field Extension = P.String("imf.extension", "Unknown-Extension");
    static readonly Field ExtensionType = P.String("imf.extension.type", "Type");
    static readonly Field ExtensionValue = P.String("imf.extension.value", "Value");
    static readonly Field DisplayName = P.String("imf.display_name", "Display-Name");
    static readonly Field AddressOf = P.String("imf.address", "Address");
    static readonly Field AddressItem = P.String("imf.address_list.item", "Item");
    static readonly Field MailboxItem = P.String("imf.mailbox_list.item", "Item");
    static readonly Field MessageText = P.Label("imf.message_text", "Message-Text");

    static readonly Field[] Others =
    [
        P.String("imf.message_id", "Message-ID"), P.String("imf.in_reply_to", "In-Reply-To"), P.String("imf.references", "References"),
        P.String("imf.comments", "Comments"), P.String("imf.user_agent", "User-Agent"), P.String("imf.keywords", "Keywords"),
        P.String("imf.resent.date", "Resent-Date"), P.String("imf.resent.message_id", "Resent-Message-ID"),
        P.String("imf.return_path", "Return-Path"), P.String("imf.received", "Received"),
        P.String("imf.content.description", "Content-Description"), P.String("imf.content.id", "Content-ID"),
        P.String("imf.content.transfer_encoding", "Content-Transfer-Encoding"), P.String("imf.mime_version", "MIME-Version"),
        P.String("imf.content_language", "Content-Language"), P.String("imf.delivery_date", "Delivery-Date"),
        P.String("imf.expires", "Expires"), P.String("imf.importance", "Importance"), P.String("imf.priority", "Priority"),
        P.String("imf.sensitivity", "Sensitivity"), P.String("imf.delivered_to", "Delivered-To"), P.String("imf.ext.mailer", "X-Mailer"),
        P.String("imf.ext.mimeole", "X-MimeOLE"), P.String("imf.ext.expiry-date", "Expiry-Date"),
        P.String("imf.ext.tnef-correlator", "X-MS-TNEF-Correlator"), P.String("imf.ext.uidl", "X-UIDL"),
        P.String("imf.ext.authentication_warning", "X-Authentication-Warning"), P.String("imf.ext.virus_scanned", "X-Virus-Scanned"),
        P.String("imf.ext.original-to", "X-Original-To"), P.String("imf.thread-index", "Thread-Index"), P.String("imf.lines", "Lines"),
        P.String("imf.precedence", "Precedence"),
    ];

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override MediaNeed Need => MediaNeed.Everything;

    /// <inheritdoc />
    public override void Claim(Claims claims) => MediaTypes.MediaTypes.Claim(claims, "message/rfc822", "message/news");

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        p.Info.Clear();

        MediaTypes.MediaTypes.AppendProtocol(p, "IMF");
        var tree = p.Open(P, v, parent);
        var bytes = v.Bytes;
        int at = 0, body = 0;
        Stretch type = default;
        for (int i = 0; i < MaxFields; i++)
        {
            int colon = bytes[at..].IndexOf((byte)':');
            if (colon < 0)
            {
                // As Wireshark: a head that does not end in these bytes is text from its beginning.
                body = 0;
                break;
            }

            int next = FieldEnd(bytes, at + colon + 1, out bool last);
            if (next < 0)
            {
                body = 0;
                break;
            }

            int valueAt = Math.Min(at + colon + 1, next), valueEnd = Math.Max(next - (last ? 4 : 2), valueAt);
            while (valueAt < valueEnd && bytes[valueAt] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
            {
                valueAt++;
            }

            var found = OneField(p, v, tree, at, colon, valueAt, valueEnd, next);
            if (found == ContentType)
            {
                type = new(valueAt, valueEnd - valueAt);
            }

            at = body = next;
            if (last)
            {
                break;
            }
        }

        // A mail inside takes back what stands here of the text before it, but not the head.
        p.Info.Fence();
        Body(p, v, tree, body, type);
        return Math.Max(1, v.Reported);
    }

    /// <summary>Where the next header field begins; <paramref name="last"/> when none does, because of an empty line or the end; -1 when the field itself does not end.</summary>
    static int FieldEnd(ReadOnlySpan<byte> bytes, int at, out bool last)
    {
        last = false;
        while (at < bytes.Length)
        {
            int i = bytes[at..].IndexOf("\r\n"u8);
            if (i < 0)
            {
                return -1;
            }

            if (at + i + 2 >= bytes.Length)
            {
                break;
            }

            at += i + 2;
            if (bytes[at] == '\r')
            {
                last = true;
                return Math.Min(at + 2, bytes.Length);
            }

            if (bytes[at] is not ((byte)' ' or (byte)'\t'))
            {
                return at;
            }
        }

        last = true;
        return bytes.Length;
    }

    static Field OneField(Packet p, in View v, Node tree, int at, int nameLength, int valueAt, int valueEnd, int next)
    {
        var name = v.Bytes.Slice(at, nameLength);
        var field = FieldOf(name);
        if (field == From || field == Subject)
        {
            p.Info.Append(field == From ? "from: "u8 : "subject: "u8);
            TextTalk.Say(p, v.Bytes[valueAt..valueEnd]);
            p.Info.Append(", "u8);
        }

        if (!p.WantsFields)
        {
            return field;
        }

        if (field == Extension)
        {
            var extension = p.Add(tree, Extension, v, at, Math.Max(0, valueEnd - at));
            p.AppendLabel(extension, " (Contact Wireshark developers if you want this supported.)");
            p.Add(extension.Or(tree), ExtensionType, v, at, nameLength);
            p.Add(extension.Or(tree), ExtensionValue, v, valueAt, valueEnd - valueAt);
            return field;
        }

        var node = p.AddString(tree, field, v, at, Math.Min(next, v.Captured) - at, v.Bytes[valueAt..valueEnd]);
        if (field == ContentType)
        {
            int end = v.Bytes[valueAt..valueEnd].IndexOf((byte)';');
            end = end < 0 ? valueEnd : valueAt + end;
            p.Add(node.Or(tree), ContentTypeType, v, valueAt, end - valueAt);
            if (end < valueEnd)
            {
                p.Add(node.Or(tree), ContentTypeParameters, v, end + 1, valueEnd - end - 1);
            }
        }
        else if (field == From || field == ResentFrom)
        {
            Mailboxes(p, v, node, tree, MailboxItem, valueAt, Math.Min(valueEnd + 2, v.Captured));
        }
        else if (field == To || field == Cc || field == Bcc || field == ReplyTo || field == ResentTo || field == Sender)
        {
            Mailboxes(p, v, node, tree, AddressItem, valueAt, Math.Min(valueEnd + 2, v.Captured));
        }

        return field;
    }

    /// <summary>The addresses of a field; as Wireshark, the last one with its line end.</summary>
    static void Mailboxes(Packet p, in View v, Node node, Node tree, Field item, int at, int end)
    {
        int count = 0;
        while (at < end)
        {
            int stop = NextComma(v.Bytes, at, end);
            var branch = p.Add(node.Or(tree), item, v, at, stop - at).Or(tree);
            int open = v.Bytes[at..stop].IndexOf((byte)'<'), close = open < 0 ? -1 : v.Bytes[(at + open)..stop].IndexOf((byte)'>');
            if (close > 0)
            {
                // As Wireshark: all up to the white space before the address.
                var display = v.Bytes.Slice(at, Math.Max(open - 1, 0)).TrimStart(" \t\r\n"u8);
                if (!display.IsEmpty)
                {
                    p.AddString(branch, DisplayName, v, at, open, display);
                }

                p.Add(branch, AddressOf, v, at + open + 1, close - 1);
            }
            else
            {
                p.Add(branch, AddressOf, v, at, stop - at);
            }

            count++;
            at = stop + 1;
        }

        p.AppendLabel(node, $", {count} item{(count == 1 ? "" : "s")}");
    }

    static int NextComma(ReadOnlySpan<byte> bytes, int at, int end)
    {
        // As Wireshark: a comma inside quotes separates, too.
        int i = bytes[at..end].IndexOf((byte)',');
        return i < 0 ? end : at + i;
    }

    static Field FieldOf(ReadOnlySpan<byte> name)
    {
        foreach (var field in (ReadOnlySpan<Field>)[Date, From, Sender, ReplyTo, To, Cc, Bcc, ResentFrom, ResentTo, Subject, ContentType])
        {
            if (Ascii.EqualsIgnoreCase(name, field.Label))
            {
                return field;
            }
        }

        foreach (var field in Others)
        {
            if (Ascii.EqualsIgnoreCase(name, field.Label))
            {
                return field;
            }
        }

        return Extension;
    }

    static void Body(Packet p, in View v, Node tree, int at, Stretch type)
    {
        var bytes = v.Bytes;
        if (type.Length > 0 && at < v.Captured)
        {
            var value = type.Of(bytes);
            int end = value.IndexOf((byte)';');
            var kind = end < 0 ? value : value[..end];
            kind = kind.Trim(" \t\r\n"u8);
            var parameters = end < 0 ? default : value[(end + 1)..].Trim(" \t\r\n"u8);
            if (MediaTypes.MediaTypes.Find(p, kind) is { } inside)
            {
                MediaTypes.MediaTypes.Set(p, kind, parameters).Depth = 0;
                if (p.Call(inside, v.From(at), tree) > 0)
                {
                    return;
                }
            }
        }

        var branch = p.Add(tree, MessageText, v, at, bytes.Length - at).Or(tree);
        for (int next; at < bytes.Length; at = next)
        {
            TextTalk.LineEnd(v, at, out next);
            p.Info.Separate(", ");
            p.Info.Append(Spaced(p, bytes[at..next]));
            if (p.WantsTree)
            {
                p.AddText(branch, v, at, next - at, $"{Spaced(p, bytes[at..next])}");
            }
        }
    }

    /// <summary>A line whose white space, line end and all, is spaces.</summary>
    static ReadOnlySpan<byte> Spaced(Packet p, ReadOnlySpan<byte> line)
    {
        p.Scratch.Clear();
        while (!line.IsEmpty)
        {
            int i = line.IndexOfAny("\t\r\n\v\f"u8);
            HttpText.Format(p.Scratch, i < 0 ? line : line[..i]);
            if (i < 0)
            {
                break;
            }

            p.Scratch.Append(' ');
            line = line[(i + 1)..];
        }

        return p.Scratch.Bytes;
    }
}
