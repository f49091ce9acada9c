using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Transport.Tcp;

namespace Wiretale.Dissection.Protocols.Application.Vnc;

// Specification: RFC 6143. TCP ports 5500, 5501, 5900 and 5901, and wherever a server says its version.
//
//   server: RFB 003.008\n    client: RFB 003.008\n    server: kinds of security    client: one of them
//   server: 16 bytes         client: 16 bytes         server: result               (kind 2)
//   client: shared?          server: the framebuffer  then messages of both, each beginning with its type

/// <summary>Virtual Network Computing: screens and keyboards over the network.</summary>
public sealed class Vnc() : Dissector("vnc")
{
    const int VersionLength = 12, ChallengeLength = 16, NoSecurity = 1, VncSecurity = 2, AppleSecurity = 30, FirstWithChoice = 7, FirstWithReason = 8;

    internal static readonly Protocol P = new("Virtual Network Computing", "VNC", "vnc");
    internal static readonly Field Padding = P.Label("vnc.padding", "Padding", "Unused space");
    static readonly ValueNames SecurityTypes = ValueNames.Of(() => [
        (0, "Invalid"), (1, "None"), (2, "VNC"), (5, "RA2"), (6, "RA2ne"), (16, "Tight"), (17, "Ultra"), (18, "TLS"), (19, "VeNCrypt"),
        (20, "GTK-VNC SASL"), (30, "Apple Remote Desktop")]);

    static readonly Field ServerVersion = P.String("vnc.server_proto_ver", "Server protocol version", "VNC protocol version on server");
    static readonly Field ClientVersion = P.String("vnc.client_proto_ver", "Client protocol version", "VNC protocol version on client");
    static readonly Field SecurityCount = P.UInt8("vnc.num_security_types", "Number of security types", blurb: "Number of security (authentication) types supported by the server");
    static readonly Field Security = P.UInt8("vnc.security_type", "Security type", FieldBase.Dec, SecurityTypes, blurb: "Security types offered by the server (VNC versions => 3.007");
    static readonly Field ServerSecurity = P.UInt32("vnc.server_security_type", "Security type", FieldBase.Dec, SecurityTypes, blurb: "Security type mandated by the server");
    static readonly Field ClientSecurity = P.UInt8("vnc.client_security_type", "Security type selected", FieldBase.Dec, SecurityTypes, blurb: "Security type selected by the client");
    static readonly Field Challenge = P.Bytes("vnc.auth_challenge", "Authentication challenge", blurb: "Random authentication challenge from server to client");
    static readonly Field Response = P.Bytes("vnc.auth_response", "Authentication response", blurb: "Client's encrypted response to the server's authentication challenge");
    static readonly Field Result = P.Flag("vnc.auth_result", "Authentication result", 32, 1, ValueNames.Flag("Failed", "OK"));
    static readonly Field ErrorLength = P.UInt32("vnc.auth_error_len", "Length of authentication error",
        blurb: "Authentication error length (present only if the authentication result is fail");
    static readonly Layout Reason = new(
        ErrorLength, P.String("vnc.auth_error", "Authentication error", "Authentication error (present only if the authentication result is fail").Counted(ErrorLength));

    static readonly Field AppleKeyLength = P.UInt16("vnc.ard_auth_key_len", "Key length", blurb: "Diffie-Hellman key length");
    static readonly Layout AppleChallenge = new(
        P.UInt16("vnc.ard_auth_generator", "Generator", blurb: "Generator for Diffie-Hellman key exchange"), AppleKeyLength,
        P.Bytes("vnc.ard_auth_modulus", "Prime modulus", blurb: "Prime modulus for Diffie-Hellman key exchange").Counted(AppleKeyLength),
        P.Bytes("vnc.ard_auth_server_key", "Server public key", blurb: "Server's public Diffie-Hellman key").Counted(AppleKeyLength));

    static readonly Layout AppleResponse = new(
        P.Bytes("vnc.ard_auth_credentials", "Encrypted credentials", blurb: "Encrypted client username and password").Of(128),
        P.Bytes("vnc.ard_auth_client_key", "Client public key", blurb: "Client's public Diffie-Hellman key").Rest());

    static readonly Field Shared = P.Flag("vnc.share_desktop_flag", "Share desktop flag", blurb: "Client's desire to share the server's desktop with other clients");
    static readonly Field NameLength = P.UInt32("vnc.desktop_name_len", "Desktop name length", blurb: "Length of desktop name in bytes");
    static readonly Layout Parameters = new(
        P.UInt16("vnc.width", "Framebuffer width", blurb: "Width of the framebuffer (screen) in pixels"),
        P.UInt16("vnc.height", "Framebuffer height", blurb: "Height of the framebuffer (screen) in pixels"),
        P.UInt8("vnc.server_bits_per_pixel", "Bits per pixel", blurb: "Number of bits used by server for each pixel value on the wire from the server"),
        P.UInt8("vnc.server_depth", "Depth", blurb: "Number of useful bits in the pixel value on server"),
        P.Flag("vnc.server_big_endian_flag", "Big endian flag", blurb: "True if multi-byte pixels are interpreted as big endian by server"),
        P.Flag("vnc.server_true_color_flag", "True color flag", blurb: "If true, then the next six items specify how to extract the red, green and blue intensities from the pixel value on the server."),
        P.UInt16("vnc.server_red_max", "Red maximum", blurb: "Maximum red value on server as n: 2^n - 1"),
        P.UInt16("vnc.server_green_max", "Green maximum", blurb: "Maximum green value on server as n: 2^n - 1"),
        P.UInt16("vnc.server_blue_max", "Blue maximum", blurb: "Maximum blue value on server as n: 2^n - 1"),
        P.UInt8("vnc.server_red_shift", "Red shift", blurb: "Number of shifts needed to get the red value in a pixel to the least significant bit on the server"),
        P.UInt8("vnc.server_green_shift", "Green shift", blurb: "Number of shifts needed to get the green value in a pixel to the least significant bit on the server"),
        P.UInt8("vnc.server_blue_shift", "Blue shift", blurb: "Number of shifts needed to get the blue value in a pixel to the least significant bit on the server"),
        Padding.Of(3), NameLength,
        P.String("vnc.desktop_name", "Desktop name", "Name of the VNC desktop on the server").Counted(NameLength));

    /// <summary>What is expected next; whoever speaks, one packet is one step.</summary>
    internal enum Step : byte
    {
        ServerVersion, ClientVersion, Security, Choice, Challenge, Response, AppleChallenge, AppleResponse, Result, Share, Parameters, Messages, Unknown,
    }

    /// <inheritdoc />
    public override Protocol Protocol => P;

    /// <inheritdoc />
    public override IEnumerable<Type> MoreTables => [typeof(VncMessages)];

    /// <inheritdoc />
    public override void Claim(Claims claims)
    {
        claims.Numbers(Tcp.Ports, 5500, 5501, 5900, 5901);
        claims.Heuristic(Tcp.Heuristics, Guess);
    }

    bool Guess(Packet p, in View v, Node parent)
    {
        if (!IsVersion(v))
        {
            return false;
        }

        if (p.Conversation is { } conversation && !p.IsQuoted)
        {
            conversation.Dissector = this;
        }

        Dissect(p, v, parent);
        return true;
    }

    static bool IsVersion(in View v) => v.Captured == VersionLength && v.Bytes.StartsWith("RFB "u8) && v.U8(7) == '.' && v.U8(11) == '\n';

    /// <inheritdoc />
    public override int Dissect(Packet p, in View v, Node parent)
    {
        var session = p.Conversation?.GetOrAdd<Session>(this) ?? new Session();
        if (session.Step == Step.ServerVersion && !IsVersion(v))
        {
            return 0;
        }

        p.SetProtocol("VNC");
        p.Info.Clear();
        var tree = p.Open(P, v, parent);
        if (session.Step == Step.Messages)
        {
            if (p.DestinationPort == session.ServerPort)
            {
                VncMessages.AddOfClient(p, v, tree, session);
                return v.Reported;
            }

            return VncMessages.AddOfServer(p, v, tree, session);
        }

        // Remembered only when the step is whole: what follows a cut packet is the same step again.
        var next = Take(p, v, tree, session);
        if (!p.IsQuoted)
        {
            session.Step = next;
        }

        return v.Reported;
    }

    static Step Take(Packet p, in View v, Node tree, Session session)
    {
        switch (session.Step)
        {
            case Step.ServerVersion:
                p.Info.Set($"Server protocol version: {v.Span(4, 7)}");
                p.Add(tree, ServerVersion, v, 4, 7);
                session.ServerPort = p.SourcePort;
                return Step.ClientVersion;
            case Step.ClientVersion:
                p.Info.Set($"Client protocol version: {v.Span(4, 7)}");
                p.Add(tree, ClientVersion, v, 4, 7);
                session.Minor = System.Buffers.Text.Utf8Parser.TryParse(v.Span(8, 3), out int minor, out _) ? minor : FirstWithReason;
                return Step.Security;
            case Step.Security:
                p.Info.Set("Security types supported"u8);
                return AddSecurity(p, v, tree, session);
            case Step.Choice:
                p.Info.Set($"Security type {SecurityTypes.FindOr(v.U8(0), "Unknown")} ({v.U8(0)}) selected by client");
                p.Add(tree, ClientSecurity, v, 0);
                return v.U8(0) switch
                {
                    NoSecurity => session.Minor >= FirstWithReason ? Step.Result : Step.Share,
                    VncSecurity => Step.Challenge,
                    AppleSecurity => Step.AppleChallenge,
                    _ => Step.Unknown,
                };
            case Step.Challenge:
                p.Info.Set("Authentication challenge from server"u8);
                p.Add(tree, Challenge, v, 0, ChallengeLength);
                v.Ensure(0, ChallengeLength);
                return Step.Response;
            case Step.Response:
                p.Info.Set("Authentication response from client"u8);
                p.Add(tree, Response, v, 0, ChallengeLength);
                v.Ensure(0, ChallengeLength);
                return Step.Result;
            case Step.AppleChallenge:
                p.Info.Set("ARD authentication challenge"u8);
                p.AddRows(tree, v, 0, AppleChallenge);
                return Step.AppleResponse;
            case Step.AppleResponse:
                p.Info.Set("ARD authentication response"u8);
                p.AddRows(tree, v, 0, AppleResponse);
                return Step.Result;
            case Step.Result:
                p.Info.Set("Authentication result"u8);
                bool isFailed = (v.U32(0) & 1) != 0;
                p.Add(tree, Result, v, 0);
                if (isFailed && session.Minor >= FirstWithReason)
                {
                    p.AddRows(tree, v, 4, Reason);
                    v.Ensure(4, 4);
                }

                return isFailed ? Step.Result : Step.Share;
            case Step.Share:
                p.Info.Set("Share desktop flag"u8);
                p.Add(tree, Shared, v, 0, 1);
                return Step.Parameters;
            case Step.Parameters:
                p.Info.Set("Server framebuffer parameters"u8);
                p.AddRows(tree, v, 0, Parameters);
                session.BytesPerPixel = Math.Clamp(v.U8(4) / 8, 1, 4);
                return Step.Messages;
            default:
                p.Info.Set("Unknown packet (VNC)"u8);
                return Step.Unknown;
        }
    }

    /// <summary>Section 7.1.2: a choice since version 3.7, a decision before.</summary>
    static Step AddSecurity(Packet p, in View v, Node tree, Session session)
    {
        if (session.Minor < FirstWithChoice)
        {
            p.Add(tree, ServerSecurity, v, 0);
            return v.U32(0) switch { NoSecurity => Step.Share, VncSecurity => Step.Challenge, AppleSecurity => Step.AppleChallenge, _ => Step.Unknown };
        }

        p.Add(tree, SecurityCount, v, 0);
        int end = Math.Min(1 + v.U8(0), v.Captured);
        for (int at = 1; at < end; at++)
        {
            p.Add(tree, Security, v, at);
        }

        return Step.Choice;
    }

    /// <summary>How far a connection has come.</summary>
    internal sealed class Session
    {
        public Step Step;
        public uint ServerPort;
        public int Minor = FirstWithReason, BytesPerPixel = 4;
    }
}
