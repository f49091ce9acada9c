using System.Text;

namespace Wiretale.Cli.Commands;

/// <summary>The version and the help.</summary>
static class InfoCommands
{
    const string Usage =
        """
        Usage: wiretale [options] FILE        what happened on a wire, a line per packet
               wiretale [options] -r FILE     the same, as tshark is called
               wiretale [options] -i NAME     what happens there now
               wiretale COMMAND ...           other commands, below; COMMAND --help says more

        Input:
          -r FILE               read this capture (- is standard input)
          -c N                  stop after N packets
          -Y FILTER             show only packets that match (also: words after FILE)
          -2, -R FILTER         two passes: packets tell of later ones, too; only packets that match are read
          -d TABLE==NUMBER,PROTOCOL     decode a number as a protocol: tcp.port==8888,http
          -o NAME:VALUE         set a preference
          --enable-protocol, --disable-protocol, --disable-heuristic NAME
          -n, -N FLAGS          no names for addresses; which names: m d n t (default m)

        Capture:
          -i NAME               on this interface (several: -i a -i b); -D lists them, any is all
          -f FILTER             only packets that match this capture filter (wiretale capture-filter)
          -s N, -B N            N bytes of each packet; N MiB of buffer in the kernel
          -p, -I                not for others too; everything on the air (wireless)
          -y TYPE               link type; -L lists them
          -a duration:N|filesize:N|packets:N|files:N       ends after N seconds, kB, packets, files
          -b duration:N|interval:N|filesize:N|packets:N    goes on in a new file after as many
          -b files:N            keeps the last N files
          -w FILE               only writes (-P: prints too; -w -: to standard output)
          --capture-comment TEXT

        Output:
          -T FORM               text (default), tabs, fields, json, jsonraw, ek, pdml, psml
          -P, -V, -O PROTOCOLS, -x      the line, the details, of these protocols only, the bytes
          -e FIELD, -E OPTION   fields for -T fields, and how to print them (-E help)
          -t FORM, -u s|hms     times: r a ad adoy d dd e u ud udoy
          -o gui.column.format:'"TITLE","CODE",...'   the columns (-G column-formats), gui.column.hidden:CODES
          -j, -J PROTOCOLS      open only these layers (json, ek, pdml); --no-duplicate-keys (json)
          --color               colour lines by Wireshark's colouring rules; --color-rules FILE: by these
          -S TEXT               what stands between packets
          -z STATISTIC, -q      a statistic after the last packet (-z help lists them); no packets
          -w FILE, -F FORMAT    write the packets shown: pcapng (default), pcap, nsecpcap (-2: with those they were put together from)
          --export-objects http,DIR     save the bodies of HTTP messages as files

        Around captures (docs/capture.md):
          watch -- COMMAND      runs a program, shows and keeps what it says on the network; no root
          doctor                what of this the machine allows, and what to do where it does not
          ports [PORT]          which process holds a port
          capture-filter compile FILTER     whether a capture filter is one, and what the kernel runs

        Programs of the lab, whose packets you may watch (docs/lab.md):
          hello serve|send      the first exercise with sockets
          chat serve|join       a chat room, or a chat for two
          webchat serve         the chat room in a browser page, too
          http serve|get        a web server of files (--hello: of one answer), and a download
          dns serve|query       a DNS server of zone files, a resolver, and a client that prints like dig
          dhcp serve|leases     a DHCP server, and what it has given away (lease, release: a client)
          rudp serve|connect    signals made reliable over UDP
          proxy serve           signals over UDP in front, a scrape server over TCP behind
          scrape serve          says which files a web page links to
          redirect join         a client that needs all of these: address, names, signals, files
          link A B              joins two interfaces by a cable that loses, delays, duplicates ...
          lab list|run          scenarios of these, in networks of their own, recorded
          communicator          single messages, confirmed by an end marker

        About the program:
          -G REPORT             what it knows: fields, protocols, values ... (-G help)
          -v, -h                version, this help

        """;

    /// <summary>Prints the version.</summary>
    public static int Version()
    {
        string version = typeof(InfoCommands).Assembly.GetName().Version?.ToString(3) ?? "";
        StandardStreams.WriteOutput(Encoding.UTF8.GetBytes($"wiretale {version}\n"));
        return 0;
    }

    /// <summary>Prints the help.</summary>
    public static int Help()
    {
        StandardStreams.WriteOutput(Encoding.UTF8.GetBytes(Usage));
        return 0;
    }

    /// <summary>Says how the command is used, after a command line that made no sense.</summary>
    public static void UsageError() => StandardStreams.WriteError("\n" + Usage);
}
