using Wiretale.Analysis.Columns;
using Wiretale.Analysis.Session;
using Wiretale.Dissection.Engine;
using Wiretale.Wire;

namespace Wiretale.Analysis.Export;

/// <summary>The packet list with other lines between its own, each where it belongs in time: what programs said beside what went over the wire.</summary>
/// <param name="packets">What writes packets.</param>
/// <param name="lines">The other lines, in order of time.</param>
public sealed class Timeline(PacketList packets, IReadOnlyList<(Timestamp At, string Text)> lines) : ISink
{
    int next;

    /// <inheritdoc />
    public void Write(DissectedBatch batch, Utf8Text output)
    {
        for (int i = 0; i < batch.Count; i++)
        {
            while (next < lines.Count && lines[next].At <= batch.Frames[i].Time)
            {
                Next(output);
            }

            packets.Line(batch, i, output);
        }
    }

    /// <inheritdoc />
    public void End(Utf8Text output)
    {
        while (next < lines.Count)
        {
            Next(output);
        }

        packets.End(output);
    }

    void Next(Utf8Text output) => output.Append(lines[next++].Text + "\n");
}
