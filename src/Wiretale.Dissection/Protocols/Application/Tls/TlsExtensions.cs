using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Protocols.Application.Tls;

// Specification: RFC 8446 section 4.2; RFC 6066; RFC 7301 (ALPN); RFC 8422 (groups, point formats); RFC 5746, 6520, 6962, 7250, 8449, 8879, 9146; RFC 5764 (SRTP).
//
//   0      2        4
//   +------+--------+--------
//   | type | length | data ...
//   +------+--------+--------

/// <summary>Extensions of handshake messages.</summary>
static class TlsExtensions
{
    const int ServerName = 0, MaxFragmentLength = 1, StatusRequest = 5, SupportedGroups = 10, PointFormats = 11, SignatureAlgorithms = 13, UseSrtp = 14, Heartbeat = 15,
        Alpn = 16, StatusRequestV2 = 17, CertificateTimestamps = 18, ClientCertificateType = 19, ServerCertificateType = 20, Padding = 21, EncryptThenMac = 22, CompressCertificate = 27, RecordSizeLimit = 28,
        DelegatedCredentials = 34, SessionTicket = 35, PreSharedKey = 41, EarlyData = 42, SupportedVersions = 43, Cookie = 44, PskModes = 45,
        SignatureAlgorithmsCert = 50, KeyShare = 51, DraftKeyShare = 40, OldConnectionId = 53, ConnectionId = 54, NextProtocol = 13172, Alps = 17513, EncryptedServerName = 0xffce, RenegotiationInfo = 0xff01;

    /// <summary>What the list says that the connection must know.</summary>
    public struct Outcome
    {
        /// <summary>Version that a server chose by supported_versions, or 0.</summary>
        public int Version;

        /// <summary>Whether a client announced early data.</summary>
        public bool HasEarlyData;

        /// <summary>Whether encrypt_then_mac is among them.</summary>
        public bool EncryptsThenMac;

        /// <summary>Application protocol that was chosen (or the only one that was offered), or null.</summary>
        public string? Alpn;
    }

    /// <summary>The version that a server's extensions choose, or 0, without showing anything.</summary>
    public static int ChosenVersion(in View v, int at)
    {
        if (!v.Has(at, 2))
        {
            return 0;
        }

        for (int i = at + 2, end = Math.Min(at + 2 + v.U16(at), v.Captured); i + 4 <= end; i += 4 + v.U16(i + 2))
        {
            if (v.U16(i) == SupportedVersions && v.U16(i + 2) == 2 && v.Has(i + 4, 2))
            {
                return v.U16(i + 4);
            }
        }

        return 0;
    }

    /// <summary>The list with its length.</summary>
    /// <param name="message">Type of the handshake message that carries it.</param>
    public static Outcome Dissect(Packet p, in View v, int at, Node node, HandshakeFields f, int message)
    {
        Outcome outcome = default;
        if (!TlsVector.Head(p, v, ref at, node, f.ExtensionsLength, f, 0, out int all))
        {
            return outcome;
        }

        int end = at + all;
        while (at + 4 <= end)
        {
            int type = v.U16(at), length = v.U16(at + 2);
            string? name = f.ExtensionType.Names!.Find((uint)type);
            v.Ensure(at, 4 + length);
            var branch = p.AddText(node, v, at, 4 + length, $"Extension: {name ?? "Unknown type "}");
            if (name is null)
            {
                p.AppendLabel(branch, $"{type}");
            }

            p.AppendLabel(branch, $" (len={length})");
            p.Add(branch, f.ExtensionType, v, at);
            p.Add(branch, f.ExtensionLength, v, at + 2);
            var body = v.Part(at + 4, length);
            try
            {
                Body(p, body, branch, f, type, message, ref outcome);
            }
            catch (BoundsException e) when (e.Reason == ShortReason.Malformed)
            {
                // One extension that contradicts itself says nothing about the others: their place is known.
                p.Expert(branch, f.TooShort, body, 0, body.Captured);
            }

            at += 4 + length;
        }

        return outcome;
    }

    static void Body(Packet p, in View v, Node node, HandshakeFields f, int type, int message, ref Outcome outcome)
    {
        bool fromClient = message == TlsHandshake.ClientHello;
        switch (type)
        {
            case RenegotiationInfo:
                var info = p.AddText(node, v, 0, v.Captured, "Renegotiation Info extension");
                p.Add(info, f.ExtensionRenegLength, v, 0);
                if (v.U8(0) > 0)
                {
                    p.Add(info, f.ExtensionReneg, v, 1, v.U8(0));
                }

                break;
            case SessionTicket:
                p.Label(p.Add(node, f.ExtensionData, v, 0, v.Captured), $"Data ({v.Reported} byte{(v.Reported == 1 ? "" : "s")})");
                break;
            case EarlyData:
                outcome.HasEarlyData = fromClient;
                if (message == TlsHandshake.NewSessionTicket)
                {
                    p.Add(node, f.EarlyDataSize, v, 0);
                }

                break;
            case NextProtocol:
                for (int at = 0; at < v.Reported; at += 1 + v.U8(at))
                {
                    p.Add(node, f.NpnLength, v, at);
                    p.Add(node, f.Npn, v, at + 1, v.U8(at));
                }

                break;
            case PreSharedKey:
                TlsKeyExtensions.PreSharedKey(p, v, p.AddText(node, v, 0, v.Captured, "Pre-Shared Key extension"), f, fromClient);
                break;
            case KeyShare or DraftKeyShare:
                TlsKeyExtensions.KeyShare(p, v, p.AddText(node, v, 0, v.Captured, "Key Share extension"), f, fromClient);
                break;
            case ServerName or MaxFragmentLength or StatusRequest or StatusRequestV2 or CertificateTimestamps or ClientCertificateType or ServerCertificateType or UseSrtp when v.Reported == 0:
            case EncryptThenMac or 23 or 49:
                outcome.EncryptsThenMac |= type == EncryptThenMac;
                // Empty as an answer; extended_master_secret and post_handshake_auth always are.
                break;
            case ServerName:
                var names = p.AddText(node, v, 0, v.Captured, "Server Name Indication extension");
                int name = 0;
                if (TlsVector.Head(p, v, ref name, names, f.ServerNameListLength, f, 1, out int list))
                {
                    for (int after = name + list; name < after;)
                    {
                        p.Add(names, f.ServerNameType, v, name++);
                        if (!TlsVector.Head(p, v, ref name, names, f.ServerNameLength, f, 1, out int length))
                        {
                            break;
                        }

                        p.Add(names, f.ServerName, v, name, length);
                        name += length;
                    }
                }

                break;
            case Alpn:
                int start = 0;
                if (!TlsVector.Head(p, v, ref start, node, f.AlpnLength, f, 2, out _))
                {
                    break;
                }

                Strings(p, v, p.Add(node, f.AlpnList, v, 2, v.Captured - 2), f.AlpnStringLength, f.AlpnString);
                if (!fromClient && v.Has(2, 1))
                {
                    outcome.Alpn = TlsApplication.NameOf(v.Part(3, v.U8(2)).Bytes);
                }

                break;
            case SupportedVersions when !fromClient:
                p.Add(node, f.SupportedVersion, v, 0);
                outcome.Version = v.U16(0);
                break;
            case Quic.QuicTransportParameters.Extension or Quic.QuicTransportParameters.DraftExtension:
                Quic.QuicTransportParameters.Dissect(p, v, node, Tls.QuicParameters);
                break;
            default:
                Simple(p, v, node, f, type, message);
                break;
        }
    }

    static void Simple(Packet p, in View v, Node node, HandshakeFields f, int type, int message)
    {
        bool fromClient = message == TlsHandshake.ClientHello;
        switch (type)
        {
            case MaxFragmentLength:
                p.Add(node, f.MaxFragmentLength, v, 0);
                break;
            case StatusRequest when fromClient:
                p.AddAll(node, v, 0, f.StatusType, f.StatusRespondersLength);
                p.Add(node, f.StatusExtensionsLength, v, 3 + v.U16(1));
                break;
            case StatusRequest when message == TlsHandshake.Certificate:
                TlsMessages.Status(p, v, node, f);
                break;
            case StatusRequestV2:
                p.Add(node, f.StatusListLength, v, 0);
                for (int at = 2; at + 3 <= v.Reported; at += 3 + v.U16(at + 1))
                {
                    int after = p.AddAll(node, v, at, f.StatusType, f.StatusLength, f.StatusRespondersLength);
                    p.Add(node, f.StatusExtensionsLength, v, after + v.U16(after - 2));
                }

                break;
            case SupportedGroups:
                p.Add(node, f.GroupsLength, v, 0);
                Numbers(p, v, p.Add(node, f.GroupList, v, 2, v.Captured - 2), f.Group, "Supported Groups", "group");
                break;
            case PointFormats:
                int count = v.U8(0);
                p.Add(node, f.PointFormatsLength, v, 0);
                var formats = p.Add(node, f.PointFormats, v, 1, count);
                p.Label(formats, $"Elliptic curves point formats ({count})");
                Each(p, v, formats, f.PointFormat, 1, count, 1);
                break;
            case SignatureAlgorithms or SignatureAlgorithmsCert:
            case DelegatedCredentials when fromClient:
                Schemes(p, v, 0, node, f);
                break;
            case UseSrtp when f.SrtpProfile is not null:
                p.Add(node, f.SrtpLength!, v, 0);
                Each(p, v, node, f.SrtpProfile, 2, v.U16(0), 2);
                p.Add(node, f.SrtpMkiLength!, v, 2 + v.U16(0));
                break;
            case Heartbeat:
                p.Add(node, f.HeartbeatMode, v, 0);
                break;
            case CertificateTimestamps:
                CertificateTransparency.Dissect(p, v, node, f);
                break;
            case ClientCertificateType or ServerCertificateType:
                if (fromClient)
                {
                    p.Add(node, f.CertTypesLength, v, 0);
                    var types = p.Add(node, f.CertTypes, v, 1, v.U8(0));
                    p.Label(types, $"Certificate Type List ({v.U8(0)} type{(v.U8(0) == 1 ? "" : "s")})");
                    Each(p, v, types, f.CertType, 1, v.U8(0), 1);
                }
                else
                {
                    p.Add(node, f.CertType, v, 0);
                }

                break;
            case Padding:
                p.Add(node, f.PaddingData, v, 0, v.Captured);
                break;
            case CompressCertificate:
                p.Add(node, f.CompressionsLength, v, 0);
                Each(p, v, node, f.Compression, 1, v.U8(0), 2);
                break;
            case RecordSizeLimit:
                p.Add(node, f.RecordSizeLimit, v, 0);
                break;
            case SupportedVersions:
                p.Add(node, f.SupportedVersionsLength, v, 0);
                Each(p, v, node, f.SupportedVersion, 1, v.U8(0), 2);
                break;
            case Cookie:
                p.Add(node, f.ExtensionCookieLength, v, 0);
                p.Add(node, f.ExtensionCookie, v, 2, v.U16(0));
                break;
            case PskModes:
                p.Add(node, f.PskModesLength, v, 0);
                Each(p, v, node, f.PskMode, 1, v.U8(0), 1);
                break;
            case OldConnectionId or ConnectionId:
                p.Add(node, f.ConnectionIdLength, v, 0);
                if (v.U8(0) > 0)
                {
                    p.Add(node, f.ConnectionId, v, 1, v.U8(0));
                }

                break;
            case Alps when fromClient:
                p.Add(node, f.AlpsLength, v, 0);
                Strings(p, v, p.Add(node, f.AlpsList, v, 2, v.Captured - 2), f.AlpsStringLength, f.AlpsString);
                break;
            case EncryptedServerName when fromClient:
                TlsKeyExtensions.EncryptedServerName(p, v, node, f);
                break;
            default:
                p.Add(node, f.ExtensionData, v, 0, v.Captured);
                break;
        }
    }

    /// <summary>Signature algorithms with the length in front; returns the offset after them.</summary>
    public static int Schemes(Packet p, in View v, int at, Node node, HandshakeFields f)
    {
        int length = v.U16(at), count = length / 2;
        p.Add(node, f.SignaturesLength, v, at);
        var list = p.Add(node, f.Signatures, v, at + 2, length);
        p.Label(list, $"Signature Hash Algorithms ({count} algorithm{(count == 1 ? "" : "s")})");
        for (int i = at + 2; i + 2 <= at + 2 + length; i += 2)
        {
            Scheme(p, v, i, list, f);
        }

        return at + 2 + length;
    }

    /// <summary>One signature algorithm and the two halves that it had in TLS 1.2.</summary>
    public static void Scheme(Packet p, in View v, int at, Node node, HandshakeFields f)
    {
        var algorithm = p.Add(node, f.Signature, v, at);
        if (p.WantsTree && f.Signature.Names!.Find(v.U16(at)) is null)
        {
            p.Label(algorithm, $"Signature Algorithm: {f.SignatureHash.Names!.FindOr(v.U8(at), "Unknown")} {f.SignatureKey.Names!.FindOr(v.U8(at + 1), "Unknown")} (0x{v.U16(at):x4})");
        }

        p.AddAll(algorithm, v, at, f.SignatureHash, f.SignatureKey);
    }

    static void Each(Packet p, in View v, Node node, Field field, int at, int length, int size)
    {
        for (int end = at + length; at + size <= end; at += size)
        {
            p.Add(node, field, v, at);
        }
    }

    static void Strings(Packet p, in View v, Node node, Field length, Field text)
    {
        for (int at = 2; at < v.Reported; at += 1 + v.U8(at))
        {
            p.Add(node, length, v, at);
            p.Add(node, text, v, at + 1, v.U8(at));
        }
    }

    static void Numbers(Packet p, in View v, Node list, Field field, string title, string one)
    {
        int count = (v.Reported - 2) / 2;
        p.Label(list, $"{title} ({count} {one}{(count == 1 ? "" : "s")})");
        Each(p, v, list, field, 2, v.Reported - 2, 2);
    }
}
