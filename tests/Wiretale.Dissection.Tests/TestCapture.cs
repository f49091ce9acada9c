using System.Buffers.Binary;
using System.Text;
using Wiretale.Capture;
using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Tests;

/// <summary>Frames from memory through an engine: builds a pcap file of them and dissects it, strictly unless told otherwise.</summary>
sealed class TestCapture
{
    readonly MemoryStream file = new();
    readonly int linkType;
    int count;

    public TestCapture(int linkType = 1)
    {
        this.linkType = linkType;
        Span<byte> header = stackalloc byte[24];
        BinaryPrimitives.WriteUInt32LittleEndian(header, 0xa1b2c3d4);
        BinaryPrimitives.WriteUInt16LittleEndian(header[4..], 2);
        BinaryPrimitives.WriteUInt16LittleEndian(header[6..], 4);
        BinaryPrimitives.WriteUInt32LittleEndian(header[16..], 262144);
        BinaryPrimitives.WriteInt32LittleEndian(header[20..], linkType);
        file.Write(header);
    }

    /// <summary>The file as bytes; for tshark.</summary>
    public byte[] File => file.ToArray();

    /// <summary>Adds a frame a millisecond after the one before; <paramref name="original"/> is its length on the wire when it was cut.</summary>
    public TestCapture Add(ReadOnlySpan<byte> frame, int original = 0, double? seconds = null)
    {
        double time = seconds ?? (count * 0.001);
        count++;
        Span<byte> header = stackalloc byte[16];
        BinaryPrimitives.WriteUInt32LittleEndian(header, (uint)time);
        BinaryPrimitives.WriteUInt32LittleEndian(header[4..], (uint)Math.Round((time - Math.Floor(time)) * 1e6));
        BinaryPrimitives.WriteInt32LittleEndian(header[8..], frame.Length);
        BinaryPrimitives.WriteInt32LittleEndian(header[12..], Math.Max(original, frame.Length));
        file.Write(header);
        file.Write(frame);
        return this;
    }

    /// <summary>Adds frames given as hex digits; white space and line breaks do not matter.</summary>
    public TestCapture Hex(params string[] frames)
    {
        foreach (string frame in frames)
        {
            Add(Convert.FromHexString(string.Concat(frame.Where(c => !char.IsWhiteSpace(c)))));
        }

        return this;
    }

    /// <summary>Runs all frames and calls <paramref name="each"/> for every batch.</summary>
    public void Run(Demand demand, Action<DissectedBatch> each, EngineSettings? settings = null)
    {
        file.Position = 0;
        using var reader = CaptureReader.Open(new MemoryStream(file.ToArray()), "test");
        Run(reader, demand, each, settings);
    }

    /// <summary>Runs a capture, calls <paramref name="each"/> for every batch, and returns the engine with what it has to say of the run.</summary>
    public static DissectionEngine Run(CaptureReader reader, Demand demand, Action<DissectedBatch> each, EngineSettings? settings = null)
    {
        var engine = new DissectionEngine(demand, settings ?? new() { Strict = true }) { Capture = reader };
        using var batch = new DissectedBatch(engine.Registry);
        while (true)
        {
            batch.Reset();
            if (!reader.Read(batch.Frames))
            {
                return engine;
            }

            engine.Dissect(batch);
            each(batch);
        }
    }

    /// <summary>Protocol and Info of every packet, with a colon between.</summary>
    public List<string> Columns(EngineSettings? settings = null)
    {
        var lines = new List<string>();
        Run(new Demand(Catalog.Registry) { Columns = true }, batch =>
        {
            for (int i = 0; i < batch.Count; i++)
            {
                lines.Add($"{batch[i].Protocol}: {Encoding.UTF8.GetString(batch.Info(i))}");
            }
        }, settings);
        return lines;
    }

    /// <summary>All values of a field over all packets, as <c>-T fields</c> prints them.</summary>
    public List<string> Values(string name, EngineSettings? settings = null)
    {
        var values = new List<string>();
        var demand = new Demand(Catalog.Registry);
        foreach (var field in Catalog.Registry.FindAll(name))
        {
            demand.Want(field);
        }

        var text = new Utf8Text();
        Run(demand, batch =>
        {
            for (int i = 0; i < batch.Count; i++)
            {
                foreach (ref readonly var item in batch.Items(i))
                {
                    var field = Catalog.Registry[item.Field];
                    if (field.Name == name)
                    {
                        text.Clear();
                        FieldFormat.Value(text, field, item, batch.ValueBytes(i, item));
                        values.Add(text.ToString());
                    }
                }
            }
        }, settings);
        return values;
    }

    /// <summary>The labels of every packet's items, indented by depth, as the details tree shows them.</summary>
    public List<string> Tree(EngineSettings? settings = null)
    {
        var lines = new List<string>();
        var text = new Utf8Text();
        Run(new Demand(Catalog.Registry) { Tree = true, Columns = true }, batch =>
        {
            for (int i = 0; i < batch.Count; i++)
            {
                var items = batch.Items(i);
                var depths = new int[items.Length];
                for (int k = 0; k < items.Length; k++)
                {
                    ref readonly var item = ref items[k];
                    depths[k] = item.Parent < 0 ? 0 : depths[item.Parent] + 1;
                    if ((item.Flags & ItemFlags.Hidden) != 0)
                    {
                        continue;
                    }

                    text.Clear();
                    if (item.LabelLength > 0)
                    {
                        text.Append(batch.Label(i, item));
                    }
                    else
                    {
                        FieldFormat.Label(text, Catalog.Registry[item.Field], item, batch.ValueBytes(i, item));
                    }

                    bool generated = (item.Flags & ItemFlags.Generated) != 0;
                    lines.Add(new string(' ', depths[k] * 4) + (generated ? $"[{text}]" : text.ToString()));
                }
            }
        }, settings);
        return lines;
    }
}
