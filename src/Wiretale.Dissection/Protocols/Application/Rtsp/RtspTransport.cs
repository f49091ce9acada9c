using System.Buffers.Text;
using System.Text;
using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Application.Rtp;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Application.Rtsp;

// Specification: RFC 2326 section 12.39: protocol/profile[/lower] *( ";" parameter ), of which client_port, server_port and interleaved are ranges.

/// <summary>What an answer to SETUP says about the streams that come.</summary>
static class RtspTransport
{
    const int MaxPort = 65535;

    /// <summary>Expects the streams that a Transport header announces.</summary>
    /// <returns>False when it is of a kind that is not known.</returns>
    public static bool Announce(Packet p, ReadOnlySpan<byte> value)
    {
        if (!Starts(value, "rtp/avp"u8))
        {
            return Starts(value, "x-real-rdt"u8) || Starts(value, "raw/raw/udp"u8) || Starts(value, "x-pn-tng"u8) || Starts(value, "real-rdt"u8);
        }

        var how = new StreamSetup("RTSP", p.Number, "", new Dictionary<int, string>());
        if (Range(value, "interleaved="u8) is { } channels && channels.First <= byte.MaxValue)
        {
            var known = p.Conversation?.GetOrAdd<RtspChannels>(Catalog.Rtsp);
            known?.Set(channels.First, Catalog.Rtp);
            known?.Set(channels.Second, Catalog.Rtcp);
            return true;
        }

        if (Range(value, "client_port="u8) is not { First: > 0 } client || Range(value, "server_port="u8) is not { First: > 0 } server)
        {
            return true;
        }

        Expect(p, client.First, server.First, Catalog.Rtp, how);
        if (client.Second > 0 && server.Second > 0)
        {
            Expect(p, client.Second, server.Second, Catalog.Rtcp, how);
        }

        return true;
    }

    static void Expect(Packet p, int port, int peerPort, Dissector dissector, StreamSetup how)
    {
        if (port <= MaxPort && peerPort <= MaxPort)
        {
            p.Engine.Conversations.Expect(PortKind.Udp, p.NetworkDestination, (uint)port, (uint)peerPort, dissector, how);
        }
    }

    static bool Starts(ReadOnlySpan<byte> value, ReadOnlySpan<byte> word) => value.Length >= word.Length && Ascii.EqualsIgnoreCase(value[..word.Length], word);

    static (int First, int Second)? Range(ReadOnlySpan<byte> value, ReadOnlySpan<byte> name)
    {
        int at = value.IndexOf(name);
        if (at < 0 || !Utf8Parser.TryParse(value[(at + name.Length)..], out int first, out int digits))
        {
            return null;
        }

        var rest = value[(at + name.Length + digits)..];
        int second = 0;
        if (rest.Length > 0 && rest[0] == '-')
        {
            Utf8Parser.TryParse(rest[1..], out second, out _);
        }

        return (first, second);
    }
}

/// <summary>The channels of a connection, and what they carry.</summary>
sealed class RtspChannels
{
    readonly Dissector?[] channels = new Dissector?[256];

    public Dissector? Find(int channel) => channels[channel];

    public void Set(int channel, Dissector dissector)
    {
        if (channel is >= 0 and < 256)
        {
            channels[channel] = dissector;
        }
    }
}
