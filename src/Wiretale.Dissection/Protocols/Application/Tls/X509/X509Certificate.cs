using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Protocols.Application.Tls.X509;

static class X509Certificate
{
    public static void Dissect(Packet p, in View v, Node parent, HandshakeFields f)
    {
    }

    public static void DissectName(Packet p, in View v, Node parent)
    {
    }
}
