using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Application.Http;
using Wiretale.Dissection.Protocols.Transport.Tcp;

namespace Wiretale.Dissection.Protocols.Application.Text;

// Specification: RFC 2812 section 2.3; CTCP is a convention inside it.
//
//   [":" prefix SP] command *( SP parameter ) [SP ":" trailer] CRLF

/// <summary>Internet Relay Chat.</summary>
public sealed class Irc() : Dissector("irc")
{
    const uint Port = 6667;

    static readonly Protocol P = new("Internet Relay Chat", "IRC", "irc");
    static readonly Field Response = P.String("irc.response", "Response", blurb: "Line of response message");
    static readonly Field Request = P.String("irc.request", "Request", blurb: "Line of request message");
    static readonly Field RequestPrefix = P.String("irc.request.prefix", "Prefix", blurb: "Request prefix");
    static readonly Field RequestCommand = P.String("irc.request.command", "Command", blurb: "Request command");
    static readonly Field RequestParameter = P.String("irc.request.command_parameter", "Parameter", blurb: "Request command parameter");
    static readonly Field RequestTrailer = P.String("irc.request.trailer", "Trailer", blurb: "Request trailer");
    static readonly Field ResponsePrefix = P.String("irc.response.prefix", "Prefix", blurb: "Response prefix");
    static readonly Field ResponseCommand = P.String("irc.response.command", "Command", blurb: "Response command");
    static readonly Field ResponseNumber = P.UInt16("irc.response.num_command", "Command", blurb: "Response (numeric) command");
    static readonly Field ResponseParameter = P.String("irc.response.command_parameter", "Parameter", blurb: "Response command parameter");
    static readonly Field ResponseTrailer = P.String("irc.response.trailer", "Trailer", blurb: "Response trailer");
    static readonly Field Ctcp = P.String("irc.ctcp", "CTCP Data", blurb: "Placeholder to dissect CTCP data");
    static readonly Expert NoSpace = P.Expert("irc.prefix_missing_ending_space", Severity.Error, ExpertGroup.Malformed, "Prefix missing ending <space>");
    static readonly Expert RequestMissing = P.Expert("irc.request.command.missing", Severity.Error, ExpertGroup.Malformed, "Request has no command");
    static readonly Expert ResponseMissing = P.Expert("irc.response.command.missing", Severity.Error, ExpertGroup.Malformed, "Response has no command");
    static readonly Expert NumberInRequest = P.Expert("irc.request.command.numeric", Severity.Warning, ExpertGroup.Protocol, "Numeric command not allowed in request");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override bool IsLeaf => true;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(Tcp.Ports, Port, 57000);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        // Servers of a network talk to each other at their port, too: requests are what goes to it.
        bool request = p.DestinationPort is Port or 57000;
        p.SetProtocol("IRC");
        p.Info.Set(request ? "Request"u8 : "Response"u8);
        var tree = p.Open(P, v, parent);
        for (int at = 0, next; at < v.Captured; at = next)
        {
            int end = TextTalk.LineEnd(v, at, out next);
            if (end > at)
            {
                Line(p, v, tree, at, end, request);
            }
        }

        return v.Reported;
    }

    static void Line(Packet p, in View v, Node parent, int at, int end, bool request)
    {
        var tree = p.Add(parent, request ? Request : Response, v, at, end - at);
        tree = tree.Or(parent);
        if (v.Bytes[at] == ':')
        {
            int space = Find(v.Bytes, (byte)' ', at, end);
            if (space < 0)
            {
                p.Expert(tree, NoSpace, v, at, end - at);
                return;
            }

            p.Add(tree, request ? RequestPrefix : ResponsePrefix, v, at + 1, space - at - 1);
            at = space;
        }

        at = Skip(v.Bytes, at, end);
        if (at >= end)
        {
            p.Expert(tree, request ? RequestMissing : ResponseMissing, v, end, 0);
            return;
        }

        int stop = Find(v.Bytes, (byte)' ', at, end);
        stop = stop < 0 ? end : stop;
        Command(p, v, tree, at, stop, request);
        Parameters(p, v, tree, stop, end, request);
    }

    static void Command(Packet p, in View v, Node tree, int at, int end, bool request)
    {
        var command = v.Bytes[at..end];
        p.Info.Append(" ("u8);
        TextTalk.Say(p, command);
        p.Info.Append(")"u8);
        p.Add(tree, request ? RequestCommand : ResponseCommand, v, at, command.Length);
        if (command.Length == 3 && HttpText.Decimal(command) is >= 0 and var number)
        {
            if (request)
            {
                p.Expert(tree, NumberInRequest, v, at, command.Length);
            }
            else
            {
                p.Hidden(p.AddUInt(tree, ResponseNumber, v, at, command.Length, (ulong)number));
            }
        }
    }

    static void Parameters(Packet p, in View v, Node tree, int at, int end, bool request)
    {
        at = Skip(v.Bytes, at, end);
        if (at >= end)
        {
            return;
        }

        int colon = v.Bytes[at] == ':' ? at : Find(v.Bytes, (byte)':', at, end);
        while (colon > at && v.Bytes[colon - 1] != ' ')
        {
            colon = Find(v.Bytes, (byte)':', colon + 1, end);
        }

        int last = colon < 0 ? end : colon;
        if (at < last)
        {
            var branch = p.AddText(tree, v, at, last - at, "Command parameters").Or(tree);
            while (at < last)
            {
                int stop = Find(v.Bytes, (byte)' ', at, last);
                stop = stop < 0 ? last : stop;
                p.Add(branch, request ? RequestParameter : ResponseParameter, v, at, stop - at);
                at = Skip(v.Bytes, stop, last);
            }
        }

        if (colon >= 0)
        {
            p.Add(tree, request ? RequestTrailer : ResponseTrailer, v, colon + 1, end - colon - 1);
            Tag(p, v, tree, colon + 1, end);
        }
    }

    /// <summary>What a client tells a client: between bytes of 1.</summary>
    static void Tag(Packet p, in View v, Node tree, int at, int end)
    {
        if (at >= end || v.Bytes[at] != 1)
        {
            return;
        }

        // As Wireshark: the last byte is taken for the one that ends it.
        if (end - at > 2)
        {
            p.Add(tree, Ctcp, v, at + 1, end - at - 2);
        }
    }

    static int Find(ReadOnlySpan<byte> bytes, byte what, int at, int end)
    {
        int i = bytes[at..end].IndexOf(what);
        return i < 0 ? -1 : at + i;
    }

    static int Skip(ReadOnlySpan<byte> bytes, int at, int end)
    {
        while (at < end && bytes[at] == ' ')
        {
            at++;
        }

        return at;
    }
}
