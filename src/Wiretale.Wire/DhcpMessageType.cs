namespace Wiretale.Wire;

/// <summary>Values of the message type option that endpoints act on (RFC 2132 section 9.6).</summary>
public enum DhcpMessageType : byte
{
    None,
    Discover,
    Offer,
    Request,
    Decline,
    Ack,
    Nak,
    Release,
    Inform,
}
