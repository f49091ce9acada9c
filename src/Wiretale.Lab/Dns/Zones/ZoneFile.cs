using System.Text;

namespace Wiretale.Lab.Dns.Zones;

/// <summary>Reads zone files (RFC 1035 section 5, RFC 2308 section 4, RFC 3597 section 5).</summary>
public sealed class ZoneFile
{
    const int DeepestInclude = 8, MostFiles = 1000;

    readonly string folder;
    readonly ZoneBuilder builder;
    int files;

    DnsName? origin;
    DnsName? owner;
    uint? defaultTtl, lastTtl;

    ZoneFile(string folder, ZoneBuilder builder, DnsName? origin)
    {
        this.folder = folder;
        this.builder = builder;
        this.origin = origin;
    }

    /// <summary>Reads a zone.</summary>
    /// <param name="path">Where it stands; what it includes must stand in the same folder or below.</param>
    /// <param name="name">The zone's name, to which relative names are relative; the file may say it as well, with $ORIGIN.</param>
    /// <exception cref="ZoneException">It is no zone; the message says where and why.</exception>
    public static Zone Read(string path, DnsName? name = null)
    {
        string full = Path.GetFullPath(path);
        var builder = new ZoneBuilder(path, name);
        new ZoneFile(Path.GetDirectoryName(full)!, builder, name ?? NameOf(full)).ReadFile(path, depth: 0);
        return builder.Build();
    }

    /// <summary>Reads a zone from text, which includes nothing.</summary>
    /// <exception cref="ZoneException">It is no zone.</exception>
    public static Zone Parse(string text, DnsName? name = null, string title = "zone")
    {
        var builder = new ZoneBuilder(title, name);
        new ZoneFile("", builder, name).ReadEntries(title, new StringReader(text), DeepestInclude);
        return builder.Build();
    }

    /// <summary>example.com.zone is the file of example.com, unless it says something else.</summary>
    static DnsName? NameOf(string path)
    {
        const string Extension = ".zone";
        try
        {
            return path.EndsWith(Extension, StringComparison.OrdinalIgnoreCase) ? DnsName.Parse(Path.GetFileName(path)[..^Extension.Length]) : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    void ReadFile(string path, int depth)
    {
        if (++files > MostFiles)
        {
            throw new ZoneException($"{path}: more than {MostFiles} files in one zone");
        }

        try
        {
            using var text = new StreamReader(path, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true));
            ReadEntries(path, text, depth);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or (IOException and not ZoneException))
        {
            throw new ZoneException($"{path}: {e switch
            {
                FileNotFoundException or DirectoryNotFoundException => "there is no such file",
                UnauthorizedAccessException => "may not be read (or is a folder)",
                _ => e.Message,
            }}", e);
        }
    }

    void ReadEntries(string path, TextReader text, int depth)
    {
        var reader = new ZoneEntryReader(path, text);
        while (reader.Next() is { } entry)
        {
            try
            {
                if (entry is { IsIndented: false, Words: [{ Text: ['$', ..], Quoted: false } directive, ..] })
                {
                    Direct(directive.Text.ToUpperInvariant(), entry, path, depth);
                }
                else
                {
                    ReadRecord(entry, path);
                }
            }
            catch (FormatException e)
            {
                throw new ZoneException($"{path}:{entry.Line}: {e.Message}", e);
            }
        }
    }

    void Direct(string directive, ZoneEntry entry, string path, int depth)
    {
        var words = entry.Words;
        switch (directive)
        {
            case "$ORIGIN" when words.Count == 2:
                origin = Name(words[1].Text);
                break;
            case "$TTL" when words.Count == 2:
                defaultTtl = Ttl(words[1].Text) ?? throw new FormatException($"'{words[1].Text}' is not a time in seconds, nor such as 1h30m");
                break;
            case "$INCLUDE" when words.Count is 2 or 3:
                Include(words, path, depth);
                break;
            case "$GENERATE" when words.Count >= 4:
                foreach (var made in ZoneGenerator.Expand(words))
                {
                    ReadRecord(entry with { IsIndented = false, Words = made }, path);
                }

                break;
            case "$ORIGIN" or "$TTL" or "$INCLUDE" or "$GENERATE":
                throw new FormatException($"{directive} has another form: $ORIGIN NAME, $TTL SECONDS, $INCLUDE FILE [NAME], $GENERATE FIRST-LAST[/STEP] OWNER [TTL] [CLASS] TYPE DATA");
            default:
                throw new FormatException($"'{words[0].Text}' is not known ($ORIGIN, $TTL, $INCLUDE, $GENERATE are; a name that begins so is written \\$)");
        }
    }

    void Include(List<TextToken> words, string path, int depth)
    {
        if (depth >= DeepestInclude)
        {
            throw new FormatException(folder.Length == 0 ? "$INCLUDE is for files" : $"files include each other more than {DeepestInclude} deep");
        }

        string file = Path.GetFullPath(words[1].Text, Path.GetDirectoryName(Path.GetFullPath(path))!);
        for (string? part = file; part != folder; part = Path.GetDirectoryName(part))
        {
            // A link may lead out of the folder, whatever its name.
            if (part is null || (Path.Exists(part) && new FileInfo(part).LinkTarget is not null))
            {
                throw new FormatException($"'{words[1].Text}' is not in the zone's folder, {folder}");
            }
        }

        // What the file does to origin and owner ends with it (RFC 1035 section 5.1).
        var (originBefore, ownerBefore) = (origin, owner);
        origin = words.Count == 3 ? Name(words[2].Text) : origin;
        ReadFile(file, depth + 1);
        (origin, owner) = (originBefore, ownerBefore);
    }

    void ReadRecord(ZoneEntry entry, string path)
    {
        var words = entry.Words;
        int at = 0;
        if (!entry.IsIndented)
        {
            owner = Name(words[at++].Text);
        }

        if (owner is null)
        {
            throw new FormatException("the first record has no owner (a line that begins with blanks takes the owner of the one before)");
        }

        uint? ttl = null;
        RecordClass? recordClass = null;
        while (at < words.Count)
        {
            string word = words[at].Text;
            if (ttl is null && Ttl(word) is { } seconds)
            {
                ttl = seconds;
            }
            else if (recordClass is null && DnsCodes.TryParseClass(word, out var known))
            {
                recordClass = known;
            }
            else
            {
                break;
            }

            at++;
        }

        if (at >= words.Count)
        {
            throw new FormatException("a record has an owner, a type and data (and may have a TTL and a class); the type is missing");
        }

        if (!RecordType.TryParse(words[at].Text, out var type) || type.IsMeta)
        {
            throw new FormatException($"'{words[at].Text}' is not a type of records{(at == 0 ? " (a line that begins with blanks has no owner)" : "")}");
        }

        if ((recordClass ?? RecordClass.IN) != RecordClass.IN)
        {
            throw new FormatException($"class {recordClass!.Value.Name()}: only IN is served");
        }

        RecordData data;
        try
        {
            data = RecordData.Parse(type, words[(at + 1)..], origin);
        }
        catch (FormatException e)
        {
            throw new FormatException($"{type}: {e.Message}", e);
        }

        // RFC 2308 section 4: $TTL; before there was one, the last that was said; for the first record, what its SOA data says.
        lastTtl = ttl ?? defaultTtl ?? lastTtl ?? (type == RecordType.SOA ? data.Minimum : throw new FormatException("no TTL is known ($TTL 3600 at the top of the file gives one to all records)"));
        builder.Add(new(owner, lastTtl.Value, data), $"{path}:{entry.Line}");
    }

    DnsName Name(string text)
    {
        if (origin is null && text is not [.., '.'])
        {
            throw new FormatException($"'{text}' is relative, and the zone's name is not known ($ORIGIN NAME. at the top of the file says it)");
        }

        return DnsName.Parse(text, origin);
    }

    // RFC 2181 section 8: the upper half of the numbers is no TTL.
    static uint? Ttl(string word) => char.IsAsciiDigit(word.FirstOrDefault()) && RecordText.Period(word) is { } seconds and <= int.MaxValue ? seconds : null;
}
