namespace Wiretale.Bench;

/// <summary>What a case reads.</summary>
enum Sample
{
    /// <summary>The whole capture.</summary>
    Whole,

    /// <summary>Its first hundred thousand packets, for outputs of which tshark would make gigabytes.</summary>
    Part,

    /// <summary>Its first ten packets, for starts.</summary>
    Ten,
}

/// <summary>One question that every program answers in its own words.</summary>
/// <param name="Name">How the command line calls it.</param>
/// <param name="Title">How the report calls it.</param>
/// <param name="Arguments">Arguments of wiretale and tshark beside the file.</param>
/// <param name="Tcpdump">Arguments of tcpdump, or null where it has no answer; a filter stands last.</param>
/// <param name="Reads">The file.</param>
/// <param name="FirstOutput">Whether the time to the first byte of output counts, not to the end.</param>
sealed record Case(string Name, string Title, string[] Arguments, string[]? Tcpdump, Sample Reads = Sample.Whole, bool FirstOutput = false)
{
    public static readonly Case[] All =
    [
        new("lines", "a line per packet", [], []),
        new("filter", "`-Y 'tcp.port==8080 && tcp.flags.syn==1'`", ["-Y", "tcp.port==8080 && tcp.flags.syn==1"],
            ["tcp port 8080 and tcp[tcpflags] & tcp-syn != 0"]),
        new("fields", "`-T fields`, three header fields", ["-T", "fields", "-e", "frame.number", "-e", "ip.src", "-e", "tcp.srcport"], null),
        new("ports", "`-T fields`, address, port and length", ["-T", "fields", "-e", "ip.src", "-e", "tcp.dstport", "-e", "frame.len"], null),
        new("conversations", "`-z conv,tcp`", ["-q", "-z", "conv,tcp"], null),
        new("json", "`-T json`", ["-T", "json"], null, Sample.Part),
        new("pdml", "`-T pdml`", ["-T", "pdml"], null, Sample.Part),
        new("verbose", "`-V`", ["-V"], ["-v"], Sample.Part),
        new("start", "ten packets, start to end", [], [], Sample.Ten),
        new("first", "first output of the whole capture", [], [], FirstOutput: true),
    ];

    public string[] Command(Contender contender, string file) => contender switch
    {
        Contender.Wiretale => [Path.GetFullPath("wiretale"), "-n", "-r", file, .. Arguments],
        Contender.Tshark => ["tshark", "-n", "-r", file, .. Arguments],
        _ => ["tcpdump", "-nn", "-r", file, .. Tcpdump!],
    };
}

enum Contender
{
    Wiretale,
    Tshark,
    Tcpdump,
}
