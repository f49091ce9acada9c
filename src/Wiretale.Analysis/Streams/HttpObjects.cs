using System.Text;
using Wiretale.Analysis.Statistics;
using Wiretale.Dissection.Engine;

namespace Wiretale.Analysis.Streams;

/// <summary>Saves the bodies of HTTP messages as files in a folder (<c>--export-objects http,DIR</c>): out of their chunks and decompressed, named as tshark names them.</summary>
/// <remarks>A body is called after the last target that was asked for on its connection. Files that are there stay as they are, and nothing is written outside the folder, whatever a message calls its body.</remarks>
public sealed class HttpObjects : Statistic
{
    /// <summary>Objects of one run; a hostile capture could ask for one a packet.</summary>
    const int Most = 100_000;

    /// <summary>Connections of which the last target is remembered.</summary>
    const int MostConnections = 100_000;

    const int Message = 1, FileData = 2, RequestUri = 3, Connection = 4, ContentType = 5;

    readonly FieldSlots slots;
    readonly string folder;
    readonly Dictionary<string, int> copies = new(StringComparer.Ordinal);
    readonly Dictionary<uint, string> targets = [];
    readonly StringBuilder remarks = new();
    int count;

    /// <param name="registry">Knows the fields.</param>
    /// <param name="folder">Where they go; made when it is not there.</param>
    /// <exception cref="StatisticException">The folder cannot be made.</exception>
    public HttpObjects(Registry registry, string folder)
    {
        slots = new(registry, "http", "http.file_data", "http.request.uri", "tcp.stream", "http.content_type");
        try
        {
            this.folder = Directory.CreateDirectory(folder).FullName;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new StatisticException($"The folder \"{folder}\" for objects cannot be made: {e.Message}");
        }
    }

    /// <inheritdoc />
    public override string? Remark => remarks.Length == 0 ? null : remarks.ToString().TrimEnd();

    /// <inheritdoc />
    public override void AddTo(Demand demand) => slots.AddTo(demand);

    /// <inheritdoc />
    public override void Take(in StatisticPacket packet)
    {
        uint connection = uint.MaxValue;
        string type = "";
        foreach (ref readonly var item in packet.Items)
        {
            switch (slots.Of(item))
            {
                case Connection:
                    connection = (uint)item.Value;
                    break;
                case Message:
                    type = "";
                    break;
                case RequestUri:
                    if (targets.Count >= MostConnections)
                    {
                        targets.Clear();
                    }

                    targets[connection] = Encoding.UTF8.GetString(packet.Bytes(item));
                    break;
                case ContentType:
                    type = Encoding.UTF8.GetString(packet.Bytes(item)).Split(';')[0].Trim();
                    break;
                case FileData:
                    var buffer = packet.Batch.Buffer(packet.Index, item.Buffer);
                    int start = Math.Min(item.Start, buffer.Length);
                    Save(packet.Frame.Number, targets.GetValueOrDefault(connection, ""), type, buffer.Slice(start, Math.Min(item.Length, buffer.Length - start)));
                    break;
            }
        }
    }

    /// <inheritdoc />
    public override void Write(Utf8Text output)
    {
    }

    void Save(int frame, string target, string type, ReadOnlySpan<byte> content)
    {
        if (content.IsEmpty || ++count > Most)
        {
            if (count == Most + 1)
            {
                remarks.AppendLine(System.Globalization.CultureInfo.InvariantCulture, $"more than {Most} objects: the rest is left out");
            }

            return;
        }

        string name = ObjectNames.LastPart(target);
        name = ObjectNames.Safe(name.Length > 0 ? name : type.Length > 0 ? $"object{frame}.{type}" : $"object{frame}");
        for (int copy = copies.GetValueOrDefault(name); ; copy++)
        {
            string path = Path.Combine(folder, ObjectNames.Numbered(name, copy));
            if (IsTaken(path))
            {
                continue;
            }

            try
            {
                using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write);
                copies[name] = copy + 1;
                file.Write(content);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                remarks.AppendLine(System.Globalization.CultureInfo.InvariantCulture, $"frame {frame}: {e.Message}");
            }

            return;
        }
    }

    /// <summary>Whether something has the name already: a file, a folder (its own names among them), a link that leads nowhere.</summary>
    static bool IsTaken(string path) => Path.Exists(path) || new FileInfo(path).LinkTarget is not null;
}
