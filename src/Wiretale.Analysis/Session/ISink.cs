using Wiretale.Dissection.Engine;

namespace Wiretale.Analysis.Session;

/// <summary>Turns dissected packets into output. Runs beside the engine, which is already at the next batch.</summary>
public interface ISink
{
    /// <summary>Appends the text of a batch's packets, in order.</summary>
    void Write(DissectedBatch batch, Utf8Text output);

    /// <summary>A sink that writes batches, only them, on another thread in this one's place; null when a batch's text depends on the batches before.</summary>
    ISink? Beside() => null;

    /// <summary>What to print of the text that a sink <see cref="Beside"/> this one made of a batch; called in file order.</summary>
    ReadOnlySpan<byte> Join(ReadOnlySpan<byte> text) => text;

    /// <summary>Appends what stands before the first packet.</summary>
    void Begin(Utf8Text output)
    {
    }

    /// <summary>Appends what stands after the last packet.</summary>
    void End(Utf8Text output)
    {
    }
}
