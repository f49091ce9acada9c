using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Application.Asn1;
using Wiretale.Wire;
using F = Wiretale.Dissection.Protocols.Application.Ldap.LdapFields;

namespace Wiretale.Dissection.Protocols.Application.Ldap;

/// <summary>What one connection has said.</summary>
sealed class LdapConversation
{
    /// <summary>Requests that wait for an answer; a client has a few at once, a hostile one as many as it likes.</summary>
    const int MaxRequests = 4096;

    readonly Dictionary<uint, (int Frame, Timestamp Time)> requests = [];

    /// <summary>Entries that searches found so far.</summary>
    public int Entries { get; set; }

    /// <summary>The mechanism of the last SASL bind (RFC 4513 section 5.2).</summary>
    public string Mechanism { get; set; } = "";

    /// <summary>Takes note of a request.</summary>
    public void Ask(uint id, int frame, Timestamp time)
    {
        if (requests.Count < MaxRequests || requests.ContainsKey(id))
        {
            requests[id] = (frame, time);
        }
    }

    /// <summary>The request that a response answers.</summary>
    public bool TryFind(uint id, out (int Frame, Timestamp Time) request) => requests.TryGetValue(id, out request);
}

/// <summary>The message at work: what its parts add to the Info column and to the message's own label.</summary>
sealed class LdapNow
{
    const int Bind = 0, Unbind = 2, SearchEntry = 4, SearchDone = 5, Abandon = 16, SearchReference = 19, ExtendedResponse = 24, Intermediate = 25;

    public readonly Utf8Text Label = new();

    public LdapConversation? Conversation;
    public uint Id;
    public int Operation;

    /// <summary>Messages of the packet so far.</summary>
    public int Messages;

    int frame;

    string control = "";

    static LdapNow Of(Packet p) => p.Engine.State<LdapNow>();

    /// <summary>Counts anew in another packet; a segment's first message may have come by itself, put together with earlier segments.</summary>
    public void CountFrom(int number)
    {
        Messages = number == frame ? Messages : 0;
        frame = number;
    }

    /// <summary>Text in both places.</summary>
    public static void Say(Packet p, ReadOnlySpan<byte> text)
    {
        p.Info.Append(text);
        Of(p).Label.Append(text);
    }

    /// <inheritdoc cref="Say(Packet, ReadOnlySpan{byte})"/>
    public static void Say(Packet p, string text)
    {
        p.Info.Append(text);
        Of(p).Label.Append(text);
    }

    /// <summary>Text in the label alone.</summary>
    public static void SayInLabel(Packet p, string text) => Of(p).Label.Append(text);

    /// <summary>The number of a message.</summary>
    public static void Begin(Packet p, in View v, in Ber one, Node node) => Of(p).Id = (uint)one.Number64(v);

    /// <summary>The operation's name and the message's number.</summary>
    /// <remarks>Of an abandonment Wireshark shows the number of what is abandoned, and in the operation's label.</remarks>
    public void Start(Packet p, in View v, in Ber operation)
    {
        Operation = operation.Number;
        Label.Clear();
        if (Operation == Abandon && v.Has(operation.At, operation.Length))
        {
            Id = (uint)operation.Unsigned64(v);
        }

        if (F.Operations.Find((ulong)Operation) is { } name)
        {
            p.Scratch.Clear();
            p.Scratch.Append($"{name}({Id}) ");
            Say(p, p.Scratch.Bytes);
        }
    }

    /// <summary>A distinguished name.</summary>
    public static void Quoted(Packet p, in View v, in Ber one, Node node)
    {
        var text = p.Scratch;
        text.Clear();
        text.Append('"');
        if (one.Length == 0)
        {
            text.Append("<ROOT>"u8);
        }
        else
        {
            TextDecoder.Decode(v.Span(one.At, one.Length), TextEncoding.Utf8, text);
        }

        text.Append("\" "u8);
        Say(p, text.Bytes);
    }

    /// <summary>The operation has been added.</summary>
    public static void Done(Packet p, in View v, in Ber one, Node node)
    {
        var now = Of(p);
        if (now.Operation == Abandon)
        {
            p.AppendLabel(node, $" {now.Label.Bytes.TrimEnd((byte)' ')}");
            now.Label.Clear();
        }
    }

    public static void Scope(Packet p, in View v, in Ber one, Node node)
    {
        if (F.Scopes.Find((ulong)one.Number64(v)) is { } name)
        {
            Say(p, name);
            Say(p, " ");
        }
    }

    public static void Result(Packet p, in View v, in Ber one, Node node)
    {
        if (Of(p).Operation != ExtendedResponse)
        {
            Say(p, F.Results.FindOr((ulong)one.Number64(v), "Unknown result"));
            Say(p, " ");
        }
    }

    public static void Error(Packet p, in View v, in Ber one, Node node)
    {
        if (one.Length > 0)
        {
            p.Scratch.Clear();
            p.Scratch.Append('(');
            TextDecoder.Decode(v.Span(one.At, one.Length), TextEncoding.Utf8, p.Scratch);
            p.Scratch.Append(") "u8);
            Say(p, p.Scratch.Bytes);
        }
    }

    public static void Mechanism(Packet p, in View v, in Ber one, Node node)
    {
        if (Of(p).Conversation is { } conversation)
        {
            conversation.Mechanism = System.Text.Encoding.ASCII.GetString(v.Span(one.At, Math.Min(one.Length, 32)));
        }
    }

    /// <summary>The mechanism that the connection's last bind named.</summary>
    public static string MechanismOf(Packet p) => Of(p).Conversation?.Mechanism ?? "";

    public static void Found(Packet p, in View v, in Ber one, Node node)
    {
        if (Of(p).Conversation is { } conversation)
        {
            conversation.Entries++;
            Count(p, conversation, isLabelOnly: true);
        }
    }

    public static void Finished(Packet p, in View v, in Ber one, Node node)
    {
        if (Of(p).Conversation is { } conversation)
        {
            Count(p, conversation, isLabelOnly: false);
        }
    }

    static void Count(Packet p, LdapConversation conversation, bool isLabelOnly)
    {
        var label = Of(p).Label;
        int n = conversation.Entries;
        label.Append($"[{n} result{(n == 1 ? "" : "s")}]");
        if (!isLabelOnly)
        {
            p.Info.Append($" [{n} result{(n == 1 ? "" : "s")}]");
        }
    }

    public static void Requested(Packet p, in View v, in Ber one, Node node)
    {
        p.Scratch.Clear();
        LdapOids.Name(p.Scratch, v.Span(one.At, one.Length));
        p.Scratch.Append(' ');
        p.Info.Append(p.Scratch.Bytes);
    }

    public static void Control(Packet p, in View v, in Ber one, Node node) => Of(p).control = LdapOids.Known(v.Span(one.At, one.Length)) ?? "";

    /// <summary>RFC 4511 section 4.1.11: what a control's value is depends on its type.</summary>
    public static Node ControlValue(Packet p, in View v, Node parent, Field field, in Ber one)
    {
        if (Of(p).control == "pagedResultsControl" && one.Length > 0)
        {
            p.Call(Catalog.LdapPagedResults, v.Part(one.At, one.Length), parent);
            return parent;
        }

        return p.Add(parent, field, v, one.At, one.Length);
    }

    /// <summary>Which frame the message answers or is answered by.</summary>
    public void Match(Packet p, in View v, Node message)
    {
        if (Conversation is null || Operation is Unbind or Abandon)
        {
            return;
        }

        bool isResponse = Operation is SearchEntry or SearchDone or SearchReference or ExtendedResponse or Intermediate || (Operation < 16 && (Operation & 1) != 0 && Operation != 3);
        if (Operation is Bind or 3 or 6 or 8 or 10 or 12 or 14 or 23)
        {
            if (!p.IsQuoted)
            {
                Conversation.Ask(Id, p.Number, p.Time);
            }

            p.AddLater(message, F.ResponseIn, v);
        }
        else if (isResponse && Conversation.TryFind(Id, out var request))
        {
            p.Generated(p.AddUInt(message, F.ResponseTo, v, 0, 0, (uint)request.Frame));
            p.Generated(p.AddTime(message, F.Time, v, 0, 0, p.Time - request.Time));
        }
    }
}
