using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Application.Text;
using Wiretale.Dissection.Protocols.Transport.Tcp;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Application;

// Specification: SOCKS 4 and 4A (Y. Lee), RFC 1928 (SOCKS 5), RFC 1929 (user name and password). After the talk the connection is a tunnel.
//
//   4: client 4 command port address user NUL [name NUL]             server 0 result port address
//   5: client 5 n methods, [1 n user n password], 5 command 0 type address port      server 5 method, [1 status], 5 result 0 type address port

/// <summary>SOCKS: a client asks a proxy for a connection, which then is a tunnel for what the client says through it.</summary>
public sealed class Socks() : Dissector("socks")
{
    const uint Port = 1080;
    const int Connect = 1, IPv4Type = 1, NameType = 3, IPv6Type = 4;

    static readonly Protocol P = new("Socks Protocol", "Socks", "socks");
    static readonly ValueNames Commands = ValueNames.Of(() => [(1, "Connect"), (2, "Bind"), (3, "UdpAssociate"), (128, "Ping"), (129, "Traceroute")]);
    static readonly ValueNames Results = ValueNames.Of(() => [
        (90, "Granted"), (91, "Rejected or Failed"), (92, "Rejected because SOCKS server cannot connect to identd on the client"),
        (93, "Rejected because the client program and identd report different user-ids"), (0, "Succeeded"),
        (1, "General SOCKS server failure"), (2, "Connection not allowed by ruleset"), (3, "Network unreachable"), (4, "Host unreachable"),
        (5, "Connection refused"), (6, "TTL expired"), (7, "Command not supported"), (8, "Address type not supported")]);
    static readonly ValueNames Methods = ValueNames.Of(() => [
        (0, "No authentication"), (1, "GSSAPI"), (2, "Username/Password"), (3, "Chap"), (255, "No acceptable method")]);

    static readonly Field Version = P.UInt8("socks.version", "Version");
    static readonly Field Remote = P.IPv4("socks.dst", "Remote Address");
    static readonly Field Remote6 = P.IPv6("socks.dstV6", "Remote Address(ipv6)");
    static readonly Field DomainName = P.StringZ("socks.v4a_dns_name", "SOCKS v4a Remote Domain Name");
    static readonly Field RemotePort = P.UInt16("socks.dstport", "Remote Port");
    static readonly Field Command = P.UInt8("socks.command", "Command", FieldBase.Dec, Commands);
    static readonly Field Result = P.UInt8("socks.results", "Results(V4)", FieldBase.Dec, Results);
    static readonly Field MethodCount = P.UInt8("socks.auth_method_count", "Authentication Method Count");
    static readonly Field Method = P.UInt8("socks.auth_method", "Method");
    static readonly Field Reserved = P.UInt8("socks.reserved", "Reserved");
    static readonly Field PortNumber = P.UInt16("socks.port", "Port");
    static readonly Field AcceptedMethod = P.UInt8("socks.auth_accepted_method", "Accepted Auth Method");
    static readonly Field AuthStatus = P.UInt8("socks.auth_status", "Status");
    static readonly Field SubVersion = P.UInt8("socks.subnegotiation_version", "Subnegotiation Version");
    static readonly Field UserName = P.String("socks.username", "User name");
    static readonly Field Password = P.String("socks.password", "Password");
    static readonly Field RemoteName = P.String("socks.remote_name", "Remote name");
    static readonly Field AddressType = P.UInt8("socks.address_type", "Address Type", FieldBase.Dec, ValueNames.Of(() => [(1, "IPv4"), (3, "Domain Name"), (4, "IPv6")]));

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override bool CrossesLanes => true;

    /// <inheritdoc />
    public override void Claim(Claims claims) => claims.Numbers(Tcp.Ports, Port);

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        var talk = p.Conversation?.GetOrAdd<Talk>(this) ?? new();
        bool client = p.DestinationPort == Port;
        if (talk.Stage == Stage.Tunnel && !p.IsQuoted)
        {
            return Through(p, v, parent, talk, client);
        }

        p.SetProtocol("Socks");
        var tree = p.Open(P, v, parent);
        var next = (talk.Stage, client) switch
        {
            (Stage.Start, true) => Begin(p, v, tree, talk),
            (Stage.Asked4, false) => Answer4(p, v, tree),
            (Stage.Offered, false) => Accept(p, v, tree),
            (Stage.Authenticating, true) => Authenticate(p, v, tree),
            (Stage.Authenticated, false) => AuthenticationAnswer(p, v, tree),
            (Stage.Ready, true) => Ask5(p, v, tree, talk),
            (Stage.Asked5, false) => Answer5(p, v, tree, talk),
            _ => Unknown(p, talk),
        };
        if (!p.IsQuoted)
        {
            talk.Stage = next;
        }

        return v.Reported;
    }

    static Stage Unknown(Packet p, Talk talk)
    {
        p.Info.Set("Unknown"u8);
        return talk.Stage;
    }

    static Stage Begin(Packet p, in View v, Node tree, Talk talk)
    {
        talk.Version = v.U8(0);
        switch (talk.Version)
        {
            case 4:
                return Ask4(p, v, tree, talk);
            case 5:
                break;
            default:
                return Unknown(p, talk);
        }

        p.Info.Set("Version: 5"u8);
        p.Add(tree, Version, v, 0);
        int count = v.U8(1);
        var branch = p.AddText(tree, v, 1, 1 + count, "Client Authentication Methods").Or(tree);
        p.Add(branch, MethodCount, v, 1);
        for (int i = 0; i < count; i++)
        {
            int method = v.U8(2 + i);
            p.Label(p.Add(branch, Method, v, 2 + i), $"Method[{i}]: {method} ({Methods.FindOr((ulong)method, "Unknown")})");
        }

        return Stage.Offered;
    }

    static Stage Ask4(Packet p, in View v, Node tree, Talk talk)
    {
        talk.Command = v.U8(1);
        p.Info.Set("Version: 4 Connect to server request"u8);
        p.AddAll(tree, v, 0, Version, Command, RemotePort, Remote);
        talk.Port = v.U16(2);

        // As Wireshark: what it remembers as the address are the first four bytes.
        talk.Remote = Address.IPv4(v.U32(0));
        int end = v.IndexOf(0, 8);
        end = end < 0 ? v.Captured : end;
        p.Add(tree, UserName, v, 8, Math.Min(end + 1, v.Captured) - 8);

        // SOCKS 4A: an address of 0.0.0.x says that the name follows.
        if (v.U32(4) is > 0 and < 256 && end + 1 < v.Captured)
        {
            p.Add(tree, DomainName, v, end + 1, v.Captured - end - 1);
        }

        return Stage.Asked4;
    }

    static Stage Answer4(Packet p, in View v, Node tree)
    {
        p.Info.Set("Version: 4 Connect Response"u8);
        p.AddAll(tree, v, 0, Version, Result, RemotePort, Remote);
        return Stage.Tunnel;
    }

    static Stage Accept(Packet p, in View v, Node tree)
    {
        p.Info.Set("Version: 5"u8);
        p.Add(tree, Version, v, 0);
        int method = v.U8(1);
        p.Label(p.Add(tree, AcceptedMethod, v, 1), $"Accepted Auth Method: 0x{method:x} ({Methods.FindOr((ulong)method, "Unknown")})");
        return method == 2 ? Stage.Authenticating : Stage.Ready;
    }

    static Stage Authenticate(Packet p, in View v, Node tree)
    {
        p.Info.Set("Version: 5"u8);
        p.Generated(p.AddUInt(tree, Version, v, 0, 0, 5));
        p.Add(tree, SubVersion, v, 0);
        int length = v.U8(1);
        p.Add(tree, UserName, v, 2, length);
        int second = v.U8(2 + length);
        p.Add(tree, Password, v, 3 + length, second);
        return Stage.Authenticated;
    }

    static Stage AuthenticationAnswer(Packet p, in View v, Node tree)
    {
        p.Info.Set("Version: 5"u8);
        p.Generated(p.AddUInt(tree, Version, v, 0, 0, 5));
        p.Add(tree, SubVersion, v, 0);
        int status = v.U8(1);
        p.Label(p.Add(tree, AuthStatus, v, 1), $"Status: {status} ({(status == 0 ? "success" : "failure")})");
        return Stage.Ready;
    }

    static Stage Ask5(Packet p, in View v, Node tree, Talk talk)
    {
        p.Info.Set("Version: 5"u8);
        int at = p.AddAll(tree, v, 0, Version, Command, Reserved);
        talk.Command = v.U8(1);
        at = RemoteEnd(p, v, tree, at, out talk.Remote);
        p.Add(tree, PortNumber, v, at);
        talk.Port = v.U16(at);
        return Stage.Asked5;
    }

    static Stage Answer5(Packet p, in View v, Node tree, Talk talk)
    {
        p.Info.Set("Version: 5"u8);
        p.Add(tree, Version, v, 0);
        int result = v.U8(1);
        p.Label(p.Add(tree, Result, v, 1), $"Results(V5): {Results.FindOr((ulong)result, "Unknown")} ({result})");
        p.Add(tree, Reserved, v, 2);
        int at = RemoteEnd(p, v, tree, 3, out _);
        p.Add(tree, PortNumber, v, at);
        return talk.Command == Connect ? Stage.Tunnel : Stage.Asked5;
    }

    /// <returns>Where the port begins.</returns>
    static int RemoteEnd(Packet p, in View v, Node tree, int at, out Address address)
    {
        int type = v.U8(at);
        p.Add(tree, AddressType, v, at++);
        address = default;
        switch (type)
        {
            case IPv4Type:
                p.Add(tree, Remote, v, at);
                address = Address.IPv4(v.U32(at));
                return at + 4;
            case IPv6Type:
                p.Add(tree, Remote6, v, at);
                address = Address.IPv6(v.Span(at, 16));
                return at + 16;
            case NameType:
                int length = v.U8(at);
                p.Add(tree, RemoteName, v, at + 1, length);
                return at + 1 + length;
            default:
                return at;
        }
    }

    /// <summary>What is said through the proxy: the protocol of the port that the client asked for.</summary>
    static int Through(Packet p, in View v, Node parent, Talk talk, bool client)
    {
        var tree = p.Open(P, v, parent, 0, 0);
        p.Generated(p.AddUInt(tree, Version, v, 0, 0, talk.Version));
        p.Generated(p.AddUInt(tree, Command, v, 0, 0, talk.Command));
        if (talk.Remote.Length > 0)
        {
            p.Generated(p.AddAddress(tree, talk.Remote.Length == 16 ? Remote6 : Remote, v, 0, 0, talk.Remote));
        }

        p.Generated(p.AddUInt(tree, RemotePort, v, 0, 0, talk.Port));
        var (source, destination) = (p.SourcePort, p.DestinationPort);
        if (client)
        {
            p.DestinationPort = talk.Port;
        }
        else
        {
            p.SourcePort = talk.Port;
        }

        var inside = p.Engine.Find(Tcp.Ports, talk.Port);
        if (inside is null or Socks || p.CallGuarded(inside, v, parent) <= 0)
        {
            p.SetProtocol("Socks");
            p.Info.Set($"Version: {talk.Version}");
            if (!p.TryHeuristics(Tcp.Heuristics, v, parent))
            {
                p.CallData(v, parent);
            }
        }

        (p.SourcePort, p.DestinationPort) = (source, destination);
        return v.Reported;
    }

    enum Stage : byte
    {
        Start, Asked4, Offered, Authenticating, Authenticated, Ready, Asked5, Tunnel,
    }

    /// <summary>How far a connection has come.</summary>
    sealed class Talk
    {
        public Stage Stage;
        public byte Version, Command;
        public ushort Port;
        public Address Remote;
    }
}
