using Wiretale.Dissection.Engine;
using Wiretale.Dissection.Protocols.Application.Http;

namespace Wiretale.Dissection.Protocols.Application.Text;

/// <summary>What protocols that talk in lines of text have in common.</summary>
static class TextTalk
{
    /// <summary>The line at <paramref name="at"/>; waits for the rest of it where bytes are in order.</summary>
    /// <returns>Whether there is one; without, the dissector ends and comes again.</returns>
    public static bool NextLine(Packet p, in View v, int at, out int end, out int next)
    {
        end = HttpText.LineEnd(v.Bytes, at, out next, more: p.Stream is { CanWait: true });
        if (end >= 0)
        {
            return true;
        }

        if (p.Stream is { CanWait: true } stream)
        {
            stream.NeedMore(at, StreamContext.OneMoreSegment);
            return false;
        }

        end = next = v.Captured;
        return true;
    }

    /// <summary>The end of the line at <paramref name="at"/>, or of the bytes.</summary>
    public static int LineEnd(in View v, int at, out int next)
    {
        int end = HttpText.LineEnd(v.Bytes, at, out next, more: false);
        return end >= 0 ? end : next = v.Captured;
    }

    /// <summary>A line as it stands, line end and all.</summary>
    public static Node Show(Packet p, in View v, Node tree, int at, int next) =>
        p.WantsTree ? p.AddText(tree, v, at, next - at, $"{HttpText.Line(p, v.Bytes[at..next])}") : tree;

    /// <summary>Appends a line to the Info column as people see it.</summary>
    public static void Say(Packet p, ReadOnlySpan<byte> line)
    {
        if (p.Info.Writable)
        {
            p.Info.Append(HttpText.Formatted(p, line));
        }
    }

    /// <summary>Begins the Info column with who talks, and the line.</summary>
    public static void Say(Packet p, ReadOnlySpan<byte> who, ReadOnlySpan<byte> line)
    {
        p.Info.Set(who);
        Say(p, line);
    }

    /// <summary>A branch that is there, or else its parent.</summary>
    public static Node Or(this Node node, Node parent) => node.IsWanted ? node : parent;
}
