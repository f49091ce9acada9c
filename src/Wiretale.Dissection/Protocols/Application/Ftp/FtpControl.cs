using System.Buffers.Text;
using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Transport.Tcp;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Application.Ftp;

// Specification: RFC 959 (commands, replies, PORT, PASV), RFC 2428 (EPRT, EPSV), RFC 4217 (AUTH TLS). Lines of text:
//
//   client: COMMAND [SP argument] CRLF        server: code SP text CRLF, or code "-" text CRLF ... code SP text CRLF

/// <summary>File Transfer Protocol: the control connection. Where a data connection is agreed on, it is expected there.</summary>
public sealed class FtpControl() : Dissector("ftp")
{
    const uint Port = 21, DataPort = 20;
    const int EnteringPassive = 227, EnteringExtendedPassive = 229, SecurityComplete = 234, ActionCompleted = 250, PathName = 257;

    static readonly Protocol P = new("File Transfer Protocol (FTP)", "FTP", "ftp");
    static readonly Field Response = P.Flag("ftp.response", "Response", blurb: "TRUE if FTP response");
    static readonly Field Request = P.Flag("ftp.request", "Request", blurb: "TRUE if FTP request");
    static readonly Field Command = P.String("ftp.request.command", "Request command");
    static readonly Field CommandArgument = P.String("ftp.request.arg", "Request arg");
    static readonly Field Code = P.UInt32("ftp.response.code", "Response code", FieldBase.Dec, FtpReplies.Names);
    static readonly Field ReplyArgument = P.String("ftp.response.arg", "Response arg");
    static readonly Field PassiveAddress = P.IPv4("ftp.passive.ip", "Passive IP address", "Passive IP address (check NAT)");
    static readonly Field PassivePort = P.UInt16("ftp.passive.port", "Passive port", blurb: "Passive FTP server port");
    static readonly Field PassiveNat = P.Flag("ftp.passive.nat", "Passive IP NAT", blurb: "NAT is active SIP and passive IP different");
    static readonly Field ActiveAddress = P.IPv4("ftp.active.cip", "Active IP address", "Active FTP client IP address");
    static readonly Field ActivePort = P.UInt16("ftp.active.port", "Active port", blurb: "Active FTP client port");
    static readonly Field ActiveNat = P.Flag("ftp.active.nat", "Active IP NAT", blurb: "NAT is active");
    static readonly Field ExtendedFamily = P.UInt8("ftp.eprt.af", "Extended active address family", FieldBase.Dec, ValueNames.Of(() => [(1, "IPv4"), (2, "IPv6")]));
    static readonly Field ExtendedAddress = P.IPv4("ftp.eprt.ip", "Extended active IP address", "Extended active FTP client IPv4 address");
    static readonly Field ExtendedAddress6 = P.IPv6("ftp.eprt.ipv6", "Extended active IPv6 address", "Extended active FTP client IPv6 address");
    static readonly Field ExtendedPort = P.UInt16("ftp.eprt.port", "Extended active port", blurb: "Extended active FTP client listener port");
    static readonly Field ExtendedPassiveAddress = P.IPv4("ftp.epsv.ip", "Extended passive IPv4 address", "Extended passive FTP server IPv4 address");
    static readonly Field ExtendedPassiveAddress6 = P.IPv6("ftp.epsv.ipv6", "Extended passive IPv6 address", "Extended passive FTP server IPv6 address");
    static readonly Field ExtendedPassivePort = P.UInt16("ftp.epsv.port", "Extended passive port", blurb: "Extended passive FTP server port");
    static readonly Field Directory = P.String("ftp.current-working-directory", "Current working directory");
    static readonly Expert BadExtendedPort = P.Expert("ftp.eprt.args_invalid", Severity.Warning, ExpertGroup.Malformed,
        "EPRT arguments must have the form: |<family>|<addr>|<port>|");
    static readonly Expert BadExtendedPassive = P.Expert("ftp.epsv.args_invalid", Severity.Warning, ExpertGroup.Malformed,
        "EPSV arguments must have the form (|||<port>|)");
    static readonly Expert BadDirectory = P.Expert("ftp.response.pwd.invalid", Severity.Error, ExpertGroup.Malformed, "Invalid PWD response");

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override bool CrossesLanes => true;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(Tcp.Ports, Port);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        var session = p.Conversation?.GetOrAdd<FtpSession>(this) ?? new();
        if (session.IsSecure && LooksLikeTls(v.Bytes))
        {
            // RFC 4217 section 4; after CCC the connection is in clear text again.
            p.LeaveOutOfLayers();
            return p.Call(Catalog.Tls, v, parent);
        }

        // The server's port is not always 21: then the one that answers is whoever did not open the connection.
        bool request = p.DestinationPort == Port || (p.SourcePort != Port && p.Stream is { IsFromFirst: true });
        int end = v.LineEnd(0, out int next);
        if (end < 0)
        {
            end = next = v.Captured;
        }

        var line = v.Bytes[..end];
        p.SetProtocol("FTP");
        p.Info.Set(request ? "Request: "u8 : "Response: "u8);
        if (p.WantsColumns)
        {
            p.Scratch.Clear();
            FieldFormat.Escaped(p.Scratch, line);
            p.Info.Append(p.Scratch.Bytes);
        }

        var tree = p.Open(P, v, parent);
        AddWhich(p, v, tree, request);
        var branch = AddLine(p, v, tree, 0, next);
        if (request)
        {
            Ask(p, v, branch, line, session);
        }
        else
        {
            Answer(p, v, branch, line, session);
        }

        for (int at = next; at < v.Captured; at = next)
        {
            next = v.LineEnd(at, out int after) < 0 ? v.Captured : after;
            AddLine(p, v, tree, at, next);
        }

        p.Generated(p.AddString(parent, Directory, v, 0, 0, session.Directory));
        return v.Reported;
    }

    static bool LooksLikeTls(ReadOnlySpan<byte> bytes) => bytes.Length >= 2 && bytes[0] is >= 20 and <= 23 && bytes[1] == 3;

    static void AddWhich(Packet p, in View v, Node tree, bool request)
    {
        p.Generated(p.Hidden(p.AddFlag(tree, Request, v, 0, 0, request)));
        p.Generated(p.Hidden(p.AddFlag(tree, Response, v, 0, 0, !request)));
    }

    static Node AddLine(Packet p, in View v, Node tree, int at, int end)
    {
        if (!p.WantsTree)
        {
            return tree;
        }

        p.Scratch.Clear();
        FieldFormat.Escaped(p.Scratch, v.Bytes[at..end]);
        return p.AddText(tree, v, at, end - at, $"{p.Scratch.Bytes}");
    }

    static void Ask(Packet p, in View v, Node tree, ReadOnlySpan<byte> line, FtpSession session)
    {
        int length = line.IndexOf((byte)' '), at = length < 0 ? line.Length : length;
        length = at;
        while (at < line.Length && line[at] == ' ')
        {
            at++;
        }

        var argument = line[at..];
        var command = line[..length];
        if (length > 0)
        {
            p.Add(tree, Command, v, 0, length);
        }

        if (argument.Length > 0)
        {
            p.Add(tree, CommandArgument, v, at, argument.Length);
        }

        session.Asked(p, line);
        if (command.SequenceEqual("CWD"u8))
        {
            session.ChangesTo(argument);
        }
        else if (command.SequenceEqual("CDUP"u8))
        {
            session.ChangesTo(".."u8);
        }
        else if (command.SequenceEqual("AUTH"u8))
        {
            session.AsksForTls = argument.StartsWith("TLS"u8);
        }
        else if (command.SequenceEqual("PORT"u8))
        {
            AddActive(p, v, tree, at, argument, session);
        }
        else if (command.SequenceEqual("EPRT"u8))
        {
            AddExtendedActive(p, v, tree, at, argument);
        }
    }

    static void Answer(Packet p, in View v, Node tree, ReadOnlySpan<byte> line, FtpSession session)
    {
        int code = 0, at = 0;
        if (line.Length >= 3 && !line[..3].ContainsAnyExceptInRange((byte)'0', (byte)'9'))
        {
            Utf8Parser.TryParse(line[..3], out code, out _);
            at = Math.Min(4, line.Length);
            var shown = p.AddUInt(tree, Code, v, 0, 3, (uint)code);
            if (code == PathName && !session.IsAt(line[at..]))
            {
                p.Expert(shown, BadDirectory, v, 0, 3);
            }
        }

        var argument = line[at..];
        if (argument.Length > 0)
        {
            p.Add(tree, ReplyArgument, v, at, argument.Length);
        }

        switch (code)
        {
            case EnteringPassive:
                AddPassive(p, v, tree, at, argument, session);
                break;
            case EnteringExtendedPassive:
                AddExtendedPassive(p, v, tree, at, argument, session);
                break;
            case ActionCompleted:
                session.Change();
                break;
            case SecurityComplete when session.AsksForTls && !p.IsQuoted:
                session.IsSecure = true;
                break;
            default:
                break;
        }
    }

    static void AddActive(Packet p, in View v, Node tree, int at, ReadOnlySpan<byte> argument, FtpSession session)
    {
        if (!TryHostPort(argument, out int start, out int addressLength, out int length, out var address, out ushort port))
        {
            return;
        }

        p.AddAddress(tree, ActiveAddress, v, at + start, addressLength, address);
        p.AddUInt(tree, ActivePort, v, at + start + addressLength + 1, length - addressLength - 1, port);
        if (address != p.NetworkSource)
        {
            p.AddFlag(tree, ActiveNat, v, at + start, addressLength, true);
        }

        // RFC 959 section 3.2: the server connects from the port below its own.
        session.Expect(p, "PORT", address, port, DataPort);
    }

    static void AddPassive(Packet p, in View v, Node tree, int at, ReadOnlySpan<byte> argument, FtpSession session)
    {
        if (!TryHostPort(argument, out int start, out int addressLength, out int length, out var address, out ushort port))
        {
            return;
        }

        p.AddAddress(tree, PassiveAddress, v, at + start, addressLength, address);
        p.AddUInt(tree, PassivePort, v, at + start + addressLength + 1, length - addressLength - 1, port);
        if (address != p.NetworkSource)
        {
            p.AddFlag(tree, PassiveNat, v, at + start, addressLength, true);
        }

        session.Expect(p, "PASV", address, port);
    }

    static void AddExtendedPassive(Packet p, in View v, Node tree, int at, ReadOnlySpan<byte> argument, FtpSession session)
    {
        // (<d><d><d>port<d>)
        int open = argument.IndexOf((byte)'(');
        var inside = open < 0 ? default : argument[(open + 1)..];
        int digits = inside.IndexOfAnyInRange((byte)'0', (byte)'9');
        if (inside.Length < 5 || digits < 0 || !Utf8Parser.TryParse(inside[digits..], out uint port, out int length))
        {
            p.AddExpert(tree, BadExtendedPassive, v, at, argument.Length);
            return;
        }

        bool six = p.NetworkSource.Length == 16;
        p.Generated(p.AddAddress(tree, six ? ExtendedPassiveAddress6 : ExtendedPassiveAddress, v, 0, 0, p.NetworkSource));
        port = Math.Min(port, ushort.MaxValue);
        p.AddUInt(tree, ExtendedPassivePort, v, at + open + 1 + digits, length, port);
        session.Expect(p, "EPASV", p.NetworkSource, port);
    }

    /// <summary>Wireshark shows where an extended active connection goes, and does not follow it.</summary>
    static void AddExtendedActive(Packet p, in View v, Node tree, int at, ReadOnlySpan<byte> argument)
    {
        Span<int> bars = stackalloc int[4];
        int count = 0;
        for (int i = 0; i < argument.Length && count < bars.Length; i++)
        {
            if (argument[i] == argument[0])
            {
                bars[count++] = i;
            }
        }

        if (count < 4 || bars[1] != 2 || !Utf8Parser.TryParse(argument[(bars[2] + 1)..bars[3]], out ushort port, out int digits) || digits != bars[3] - bars[2] - 1)
        {
            p.AddExpert(tree, BadExtendedPort, v, at, argument.Length);
            return;
        }

        int family = argument[1] - '0';
        var text = argument[(bars[1] + 1)..bars[2]];
        if (family is not (1 or 2) || !TryAddress(text, family == 2, out var address))
        {
            p.AddExpert(tree, BadExtendedPort, v, at, argument.Length);
            return;
        }

        p.AddUInt(tree, ExtendedFamily, v, at + 1, 1, (uint)family);
        p.AddAddress(tree, family == 2 ? ExtendedAddress6 : ExtendedAddress, v, at + bars[1] + 1, text.Length, address);
        p.AddUInt(tree, ExtendedPort, v, at + bars[2] + 1, digits, port);
    }

    /// <summary>Six numbers with commas between: an address and a port (RFC 959 section 4.1.2).</summary>
    static bool TryHostPort(ReadOnlySpan<byte> text, out int start, out int addressLength, out int length, out Address address, out ushort port)
    {
        Span<uint> numbers = stackalloc uint[6];
        for (start = 0; start < text.Length; start++)
        {
            if (text[start] is < (byte)'0' or > (byte)'9')
            {
                continue;
            }

            int at = start, count = 0;
            addressLength = 0;
            while (Utf8Parser.TryParse(text[at..], out numbers[count], out int digits))
            {
                at += digits;
                count++;
                addressLength = count == 4 ? at - start : addressLength;
                if (count == numbers.Length || at >= text.Length || text[at] != ',')
                {
                    break;
                }

                at++;
            }

            if (count == numbers.Length)
            {
                length = at - start;
                address = Address.IPv4(((numbers[0] & 0xff) << 24) | ((numbers[1] & 0xff) << 16) | ((numbers[2] & 0xff) << 8) | (numbers[3] & 0xff));
                port = (ushort)(((numbers[4] & 0xff) << 8) | (numbers[5] & 0xff));
                return true;
            }

            start = Math.Max(start, at - 1);
        }

        (addressLength, length, address, port) = (0, 0, default, 0);
        return false;
    }

    static bool TryAddress(ReadOnlySpan<byte> text, bool six, out Address address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address = default;
        if (!System.Net.IPAddress.TryParse(text, out var parsed) || parsed.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 != six
            || !parsed.TryWriteBytes(bytes, out int length))
        {
            return false;
        }

        address = six ? Address.IPv6(bytes[..length]) : Address.IPv4(System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(bytes));
        return true;
    }
}
