using Wiretale.Analysis.Columns;
using Wiretale.Analysis.Session;
using Wiretale.Dissection.Engine;

namespace Wiretale.Analysis.Export;

/// <summary>Packets as text in more than a line: the list line, the details tree and the hex dump, whichever are asked for, with a separator after each packet.</summary>
/// <param name="list">The list line (<c>-P</c>), or null.</param>
/// <param name="details">The tree (<c>-V</c>, <c>-O</c>), or null.</param>
/// <param name="hexDump">The bytes (<c>-x</c>), or null.</param>
/// <param name="separator">What stands between packets (<c>-S</c>).</param>
public sealed class PacketText(PacketList? list, DetailsTree? details, HexDumpOptions? hexDump, string separator = "") : ISink
{
    /// <inheritdoc />
    public ISink? Beside() => list is null ? new PacketText(null, details?.Beside(), hexDump, separator) : null;

    /// <inheritdoc />
    public void Write(DissectedBatch batch, Utf8Text output)
    {
        for (int i = 0; i < batch.Count; i++)
        {
            ref readonly var packet = ref batch[i];
            list?.Line(batch, i, output);
            if (packet.IsFilteredOut)
            {
                continue;
            }

            details?.Write(batch, i, output);
            if (hexDump is not null)
            {
                if (list is not null || details is not null)
                {
                    output.Append('\n');
                }

                HexDump.Write(batch, i, hexDump, output);
            }

            if (details is not null || hexDump is not null)
            {
                output.Append(separator);
                output.Append('\n');
            }

            output.Pause();
        }
    }
}
