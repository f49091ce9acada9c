using System.Text;
using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Protocols.Application.MediaTypes;

/// <summary>How much of a body a media type's columns depend on.</summary>
public enum MediaNeed
{
    /// <summary>None of it.</summary>
    Nothing,

    /// <summary>The first bytes.</summary>
    Beginning,

    /// <summary>All of it.</summary>
    Everything,
}

/// <summary>A dissector of a media type. The type and its parameters stand in <see cref="MediaContext"/>.</summary>
public abstract class MediaDissector(string name) : Dissector(name)
{
    /// <summary>What it needs of a body when only columns are wanted.</summary>
    public virtual MediaNeed Need => MediaNeed.Nothing;
}

/// <summary>What a message says about the body being dissected.</summary>
public sealed class MediaContext
{
    /// <summary>The media type in lower case, without parameters.</summary>
    public Utf8Text Type { get; } = new(64);

    /// <summary>Its parameters as they stand.</summary>
    public Utf8Text Parameters { get; } = new(64);

    /// <summary>Whether a dissector that another body dissector calls leaves the columns alone.</summary>
    public bool IsInside { get; set; }

    /// <summary>How many multiparts the body stands in.</summary>
    public int Depth { get; set; }
}

/// <summary>Internet media types (RFC 6838): who takes a body apart by its type.</summary>
public static class MediaTypes
{
    const int MaxTypeLength = 128;

    static readonly Lock Gate = new();
    static Dictionary<string, uint> ids = new(StringComparer.Ordinal);

    /// <summary>The number of a media type (in lower case) in <see cref="Media.Types"/>.</summary>
    public static uint Id(string type)
    {
        lock (Gate)
        {
            return ids.TryGetValue(type, out uint id) ? id : Add([type]);
        }
    }

    /// <summary>Claims media types for a dissector.</summary>
    public static void Claim(Claims claims, params string[] types)
    {
        lock (Gate)
        {
            Add(types);
            foreach (string type in types)
            {
                claims.Numbers(Media.Types, ids[type]);
            }
        }
    }

    /// <summary>Gives numbers to those types that have none; returns the last type's.</summary>
    static uint Add(string[] types)
    {
        // Readers hold no lock: they see the table before or after, never in between.
        var more = ids;
        uint id = 0;
        foreach (string type in types)
        {
            if (!more.TryGetValue(type, out id))
            {
                more = more == ids ? new(ids, StringComparer.Ordinal) : more;
                id = (uint)more.Count + 1;
                more.Add(type, id);
            }
        }

        ids = more;
        return id;
    }

    /// <summary>The dissector of a media type, in whatever case; null when nobody knows it.</summary>
    public static Dissector? Find(Packet p, ReadOnlySpan<byte> type)
    {
        var last = p.Engine.State<LastFound>();
        if (!type.SequenceEqual(last.Type.Bytes))
        {
            last.Type.Clear();
            last.Type.Append(type);
            last.Dissector = LookUp(p, type);
        }

        return last.Dissector;
    }

    static Dissector? LookUp(Packet p, ReadOnlySpan<byte> type)
    {
        Span<char> lower = stackalloc char[MaxTypeLength];
        if (type.Length > MaxTypeLength || Ascii.ToLower(type, lower, out int length) != System.Buffers.OperationStatus.Done)
        {
            return null;
        }

        var lookup = ids.GetAlternateLookup<ReadOnlySpan<char>>();
        if (lookup.TryGetValue(lower[..length], out uint id) && p.Engine.Find(Media.Types, id) is { } found)
        {
            return found;
        }

        return lower[..length].StartsWith("multipart/") && lookup.TryGetValue("multipart/", out id) ? p.Engine.Find(Media.Types, id) : null;
    }

    /// <summary>Puts the type and its parameters where dissectors look for them.</summary>
    public static MediaContext Set(Packet p, ReadOnlySpan<byte> type, ReadOnlySpan<byte> parameters)
    {
        var context = p.Engine.State<MediaContext>();
        context.Type.Clear();
        var room = context.Type.Room(type.Length);
        if (Ascii.ToLower(type, room, out int length) != System.Buffers.OperationStatus.Done)
        {
            type.CopyTo(room);
            length = type.Length;
        }

        context.Type.Advance(length);
        context.IsInside = false;
        context.Parameters.Clear();
        context.Parameters.Append(parameters);
        return context;
    }

    /// <summary>The same type mostly comes again and again.</summary>
    sealed class LastFound
    {
        public readonly Utf8Text Type = new(64);
        public Dissector? Dissector;
    }

    /// <summary>Appends a name to the Protocol column: <c>HTTP</c> becomes <c>HTTP/JSON</c>.</summary>
    public static void AppendProtocol(Packet p, string name)
    {
        string before = p.ProtocolColumn;
        p.SetProtocol((before, name) switch
        {
            ("HTTP", "JSON") => "HTTP/JSON",
            ("HTTP", "XML") => "HTTP/XML",
            ("", _) => name,
            _ => before.Length > 200 ? before : $"{before}/{name}",
        });
    }
}
