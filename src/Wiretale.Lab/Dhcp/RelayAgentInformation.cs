using System.Buffers.Binary;

namespace Wiretale.Lab.Dhcp;

/// <summary>What a relay adds to a message it passes on (RFC 3046): the parts of option 82 that the server acts on.</summary>
sealed class RelayAgentInformation
{
    const byte Circuit = 1, LinkSelection = 5, ServerOverride = 11;

    /// <summary>What of a circuit's name counts.</summary>
    const int LongestCircuit = 64;

    readonly byte[] value;

    public RelayAgentInformation(DhcpPacket packet)
    {
        value = packet.Find(Wire.DhcpOption.RelayAgent) ?? [];
        var circuit = Find(Circuit);
        Port = circuit.Length > 0 ? $"{packet.Relay:x8}{Convert.ToHexStringLower(circuit[..Math.Min(LongestCircuit, circuit.Length)])}" : "";
        if (packet.Relay != 0)
        {
            // Only of a relay; anybody can write an option.
            (Link, ServerIdentifier) = (FindAddress(LinkSelection), FindAddress(ServerOverride));
        }
    }

    /// <summary>The relay and its port, in hexadecimal; empty when it names none. A switch that is no relay may also name it.</summary>
    public string Port { get; }

    /// <summary>An address of the client's network, where the relay's own is not (RFC 3527).</summary>
    public uint? Link { get; }

    /// <summary>The address by which clients behind the relay know this server (RFC 5107).</summary>
    public uint? ServerIdentifier { get; }

    uint? FindAddress(byte code) => Find(code) is { Length: 4 } four && BinaryPrimitives.ReadUInt32BigEndian(four) is var address and not 0 ? address : null;

    ReadOnlySpan<byte> Find(byte code)
    {
        for (int at = 0; at + 2 <= value.Length && at + 2 + value[at + 1] <= value.Length; at += 2 + value[at + 1])
        {
            if (value[at] == code)
            {
                return value.AsSpan(at + 2, value[at + 1]);
            }
        }

        return [];
    }
}
