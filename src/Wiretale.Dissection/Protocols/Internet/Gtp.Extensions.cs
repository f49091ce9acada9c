using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Protocols.Internet;

// Specification: 3GPP TS 29.281 section 5.2; the PDU session container TS 38.415 section 5.5.
//
//   +---------------+--------------------------------+---------------+
//   | length (of 4) | content                        | next header   |
//   +---------------+--------------------------------+---------------+

/// <content>Extension headers of version 1.</content>
public sealed partial class Gtp
{
    const int UdpPortHeader = 0x40, LongPdcpHeader = 0x82, SessionHeader = 0x85, PdcpHeader = 0xc0, LengthUnit = 4;

    /// <summary>Adds the chain that begins with the type at <paramref name="at"/>.</summary>
    /// <returns>Where the message's content begins.</returns>
    static int AddExtensions(Packet p, in View v, Node tree, int at)
    {
        int type = v.U8(at);
        p.Add(tree, NextExtension, v, at++);
        while (type != 0)
        {
            int length = v.U8(at) * LengthUnit;
            if (length == 0)
            {
                break;
            }

            v.Ensure(at, length);
            var branch = p.Add(tree, ExtensionBranch, v, at, length);
            p.Label(branch, $"Extension header ({GtpNames.Extensions.Find((uint)type) ?? "Unknown"})");
            p.Add(branch, ExtensionLength, v, at);
            AddExtension(p, v, branch, at + 1, type, length - 2);
            at += length;
            type = v.U8(at - 1);
            p.Add(branch, NextExtension, v, at - 1);
        }

        return at;
    }

    static void AddExtension(Packet p, in View v, Node branch, int at, int type, int length)
    {
        switch (type)
        {
            case UdpPortHeader:
                p.Add(branch, ExtensionPort, v, at);
                break;
            case PdcpHeader:
                p.Add(branch, PdcpNumber, v, at);
                break;
            case LongPdcpHeader when length >= 3:
                p.Add(branch, SpareBits, v, at);
                p.AddUInt(branch, LongPdcpNumber, v, at, 3, v.U24(at) & 0x3ffff);
                p.Add(branch, SpareBytes, v, at + 3, length - 3);
                break;
            case SessionHeader:
                var session = p.AddText(branch, v, at, length, "PDU Session Container");
                p.Add(session, SessionType, v, at);
                p.Add(session, SessionSpare, v, at);
                if (v.U8(at) >> 4 == 0)
                {
                    p.Add(session, SessionPaging, v, at + 1, 1);
                    p.Add(session, SessionReflective, v, at + 1, 1);
                }
                else
                {
                    p.Add(session, SessionSpareBits, v, at + 1);
                }

                p.Add(session, SessionQfi, v, at + 1);
                break;
            default:
                break;
        }
    }
}
