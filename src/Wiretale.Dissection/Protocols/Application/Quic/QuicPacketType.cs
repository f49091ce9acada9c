namespace Wiretale.Dissection.Protocols.Application.Quic;

/// <summary>Kinds of packets, whatever number a version gives them.</summary>
enum QuicPacketType : byte
{
    Initial, ZeroRtt, Handshake, Retry, VersionNegotiation, Short,
}
