using System.Buffers.Binary;
using Wiretale.Dissection.Engine;
using Wiretale.Wire;

namespace Wiretale.Dissection.Protocols.Application.Quic;

/// <summary>A connection ID of up to 20 bytes, by value.</summary>
readonly record struct ConnectionId(ulong High, ulong Low, uint Rest, byte Length)
{
    /// <summary>The longest that versions 1 and 2 allow (RFC 9000 section 17.2).</summary>
    public const int Limit = 20;

    /// <summary>The ID in these bytes.</summary>
    public static ConnectionId From(ReadOnlySpan<byte> bytes)
    {
        Span<byte> padded = stackalloc byte[24];
        padded.Clear();
        bytes.CopyTo(padded);
        return new(BinaryPrimitives.ReadUInt64BigEndian(padded), BinaryPrimitives.ReadUInt64BigEndian(padded[8..]), BinaryPrimitives.ReadUInt32BigEndian(padded[16..]), (byte)bytes.Length);
    }

    /// <summary>Writes the bytes of the ID and returns how many they are.</summary>
    public int CopyTo(Span<byte> bytes)
    {
        Span<byte> padded = stackalloc byte[24];
        BinaryPrimitives.WriteUInt64BigEndian(padded, High);
        BinaryPrimitives.WriteUInt64BigEndian(padded[8..], Low);
        BinaryPrimitives.WriteUInt32BigEndian(padded[16..], Rest);
        padded[..Length].CopyTo(bytes);
        return Length;
    }
}

/// <summary>What is remembered of one connection.</summary>
sealed class QuicConnection
{
    /// <summary>Connection IDs that are remembered of each endpoint.</summary>
    public const int IdLimit = 8;

    /// <summary>Number within the capture.</summary>
    public int Number { get; init; }

    /// <summary>Version that the keys are of.</summary>
    public uint Version { get; private set; }

    /// <summary>The Destination Connection ID that the keys are from: the client's first, or that of a Retry.</summary>
    public ConnectionId Initial { get; private set; }

    /// <summary>The Source Connection ID of a Retry that the client has not yet used; null when there was none.</summary>
    public ConnectionId? Retry { get; set; }

    /// <summary>Connection IDs that the server gave.</summary>
    public List<ConnectionId> ServerIds { get; } = [];

    /// <summary>The client's connection ID.</summary>
    public ConnectionId ClientId { get; init; }

    /// <summary>Whether it was said that packets with short headers stay closed; once is enough.</summary>
    public bool IsClosed { get; set; }

    /// <summary>The server's endpoint.</summary>
    public Address ServerAddress { get; init; }

    /// <summary>Port of <see cref="ServerAddress"/>.</summary>
    public uint ServerPort { get; init; }

    /// <summary>What each side has sent.</summary>
    public required QuicSide Client { get; init; }

    /// <inheritdoc cref="Client" />
    public required QuicSide Server { get; init; }

    /// <summary>One of the two.</summary>
    public QuicSide Side(bool fromServer) => fromServer ? Server : Client;

    /// <summary>Length of the connection ID that packets to a side have.</summary>
    public int IdLength(bool ofServer) => !ofServer ? ClientId.Length : ServerIds.Count > 0 ? ServerIds[^1].Length : 0;

    /// <summary>What TLS remembers.</summary>
    public Tls.TlsConnection Tls { get; } = new() { Version = 0x0304 };

    /// <summary>Whether a Server Hello was read: the cipher of what follows is known.</summary>
    public bool HasServerHello { get; set; }

    /// <summary>The keys have to be made from this from now on.</summary>
    public void Rekey(uint version, in ConnectionId id)
    {
        (Version, Initial) = (version, id);
        Forget();
    }

    /// <summary>Lets the keys go; they can be made again.</summary>
    public void Forget()
    {
        Client.Forget();
        Server.Forget();
    }
}

/// <summary>Connection of a UDP conversation: how packets without a connection ID are assigned.</summary>
sealed class QuicConversation
{
    /// <summary>The last connection that began here.</summary>
    public QuicConnection? Connection { get; set; }
}

/// <summary>Every connection of a run, by connection ID.</summary>
sealed class QuicConnections
{
    const int ConnectionLimit = 1 << 16, KeyLimit = 512;

    readonly Dictionary<ConnectionId, QuicConnection> initials = [], clients = [], servers = [];
    readonly Queue<QuicConnection> withKeys = new();
    uint lengths;
    int count;

    /// <summary>What unread bytes of all connections hold.</summary>
    public QuicMemory Memory { get; private set; } = new();

    /// <summary>The connection of a long header, or null.</summary>
    public QuicConnection? Find(Packet p, QuicPacketType type, in ConnectionId destination, QuicConversation? conversation, out bool fromServer)
    {
        if (type == QuicPacketType.ZeroRtt && destination.Length > 0)
        {
            fromServer = false;
            return initials.GetValueOrDefault(destination);
        }

        var found = Find(p, destination, conversation, out fromServer);
        if (type != QuicPacketType.Initial || destination.Length == 0)
        {
            return found;
        }

        // A client's Initial goes to the ID that it chose first, or to one that the server gave; otherwise a new connection begins.
        if (found is not null && !fromServer && destination != found.Initial && !found.ServerIds.Contains(destination))
        {
            found = null;
        }

        return found ?? initials.GetValueOrDefault(destination);
    }

    /// <summary>The connection of a short header, whose ID has no length of its own, or null.</summary>
    public QuicConnection? FindShort(Packet p, ReadOnlySpan<byte> bytes, QuicConversation? conversation, out ConnectionId destination, out bool fromServer)
    {
        for (int length = Math.Min(ConnectionId.Limit, bytes.Length); length > 0; length--)
        {
            if ((lengths & (1u << length)) != 0)
            {
                destination = ConnectionId.From(bytes[..length]);
                if (Find(p, destination, null, out fromServer) is { } found)
                {
                    return found;
                }
            }
        }

        // Without an ID only where the other side gave none.
        destination = default;
        var last = Find(p, destination, conversation, out fromServer);
        return last is not null && last.IdLength(ofServer: !fromServer) > 0 ? null : last;
    }

    /// <summary>Learns from the first header of a datagram; a client's Initial begins a connection.</summary>
    public QuicConnection? Learn(Packet p, QuicConnection? connection, QuicPacketType type, uint version, in ConnectionId source, in ConnectionId destination, bool fromServer, QuicConversation? conversation)
    {
        if (type == QuicPacketType.Initial && !fromServer)
        {
            if (connection is null)
            {
                connection = Begin(p, version, source, destination);
                if (conversation is not null)
                {
                    conversation.Connection = connection;
                }
            }
            else if (connection.Retry is { } retry && destination == retry)
            {
                connection.Retry = null;
                connection.Rekey(connection.Version, destination);
            }
        }
        else if (connection is not null && fromServer && type is QuicPacketType.Initial or QuicPacketType.Retry or QuicPacketType.Handshake)
        {
            if (type == QuicPacketType.Retry)
            {
                connection.Retry = source;
            }
            else if (type == QuicPacketType.Initial && version != connection.Version)
            {
                connection.Rekey(version, connection.Initial);
            }

            AddServerId(connection, source);
        }

        return connection;
    }

    /// <summary>A side has announced another connection ID for itself (RFC 9000 section 19.15).</summary>
    public void AddId(QuicConnection connection, bool ofServer, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length is 0 or > ConnectionId.Limit)
        {
            return;
        }

        var id = ConnectionId.From(bytes);
        if (ofServer)
        {
            AddServerId(connection, id);
        }
        else if (clients.Count < ConnectionLimit * QuicConnection.IdLimit && clients.TryAdd(id, connection))
        {
            lengths |= 1u << id.Length;
        }
    }

    void AddServerId(QuicConnection connection, in ConnectionId id)
    {
        if (id.Length > 0 && connection.ServerIds.Count < QuicConnection.IdLimit && !connection.ServerIds.Contains(id))
        {
            connection.ServerIds.Add(id);
            servers[id] = connection;
            lengths |= 1u << id.Length;
        }
    }

    /// <summary>A connection has made keys: when there are too many the oldest go.</summary>
    public void HasKeys(QuicConnection connection)
    {
        withKeys.Enqueue(connection);
        if (withKeys.Count > KeyLimit)
        {
            var oldest = withKeys.Dequeue();
            if (oldest != connection)
            {
                oldest.Forget();
            }
        }
    }

    QuicConnection? Find(Packet p, in ConnectionId destination, QuicConversation? conversation, out bool fromServer)
    {
        fromServer = false;
        QuicConnection? found;
        bool checkPorts = false;
        if (destination.Length == 0)
        {
            found = conversation?.Connection;
            checkPorts = true;
        }
        else if (!servers.TryGetValue(destination, out found) && clients.TryGetValue(destination, out found))
        {
            fromServer = true;
        }
        else
        {
            // Both sides may have chosen the same ID.
            checkPorts = found is not null && clients.ContainsKey(destination);
        }

        if (checkPorts && found is not null)
        {
            fromServer = found.ServerPort == p.SourcePort && found.ServerAddress == p.Source;
        }

        return found;
    }

    QuicConnection Begin(Packet p, uint version, in ConnectionId source, in ConnectionId destination)
    {
        if (initials.Count >= ConnectionLimit)
        {
            initials.Clear();
            clients.Clear();
            servers.Clear();
            Memory = new();
        }

        var connection = new QuicConnection
        {
            Number = count++, ClientId = source, ServerAddress = p.Destination, ServerPort = p.DestinationPort, Client = new(Memory), Server = new(Memory),
        };
        connection.Rekey(version, destination);
        initials[destination] = connection;
        if (source.Length > 0)
        {
            clients[source] = connection;
            lengths |= 1u << source.Length;
        }

        return connection;
    }
}
