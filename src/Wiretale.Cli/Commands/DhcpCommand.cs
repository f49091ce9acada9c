using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Net.NetworkInformation;
using Wiretale.Cli.Options;
using Wiretale.Cli.Terminal;
using Wiretale.Lab.Dhcp;

namespace Wiretale.Cli.Commands;

/// <summary><c>wiretale dhcp</c>: a server that gives addresses away, what it has given, and a client that gets one.</summary>
static class DhcpCommand
{
    static readonly string folder = Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "wiretale");

    /// <summary>Runs it.</summary>
    public static int Run(string[] arguments) => LabRun.Invoke(LabRun.Group("dhcp", "A DHCP server, the leases it has given, and a client.", Serve(), Leases(), Lease(), Release(), DhcpRogueCommand.Rogue()), arguments);

    static Command Serve()
    {
        var server = new Option<uint>("--server", "-s") { Description = $"the server's own address, which an interface must have [default: {DhcpSettings.NormalServer}]", HelpName = "ADDRESS", CustomParser = One(Address), DefaultValueFactory = _ => Address(DhcpSettings.NormalServer)!.Value };
        var card = new Option<string?>("--interface", "-i") { Description = "where to serve [default: where the server's address is]", HelpName = "NAME" };
        var pools = new Option<DhcpPool[]>("--pool", "-p") { Description = $"addresses to give away, several times for several networks [default: {DhcpSettings.NormalPool}]", HelpName = "FIRST-LAST[/PREFIX][@ROUTER]", CustomParser = Each(DhcpPool.Parse, "FIRST-LAST[/PREFIX][@ROUTER] of one network"), DefaultValueFactory = _ => [DhcpPool.Parse(DhcpSettings.NormalPool)!] };
        var dns = new Option<uint[]>("--dns") { Description = "DNS servers to name [default: the server itself]", HelpName = "ADDRESS", CustomParser = Each(text => Address(text) ?? 0, "an IPv4 address") };
        var domain = new Option<string?>("--domain") { Description = "the domain's name", HelpName = "NAME" };
        var time = new Option<int>("--lease-time", "-t") { Description = "how long a lease lasts, in seconds", HelpName = "N", DefaultValueFactory = _ => 86_400 };
        var reserve = new Option<KeyValuePair<string, uint>[]>("--reserve") { Description = "an address for one client alone", HelpName = "MAC=ADDRESS", CustomParser = Each(Reservation, "MAC=ADDRESS (as in 02:00:00:00:00:01=10.20.30.50)"), DefaultValueFactory = _ => [] };
        var more = new Option<(byte Code, byte[] Value)[]>("--option") { Description = "a further option for clients that ask for it: addresses, text:, hex:, u8:, u16: or u32:", HelpName = "CODE=VALUE", CustomParser = Each(text => DhcpParameter.Parse(text) ?? default, DhcpParameter.Form), DefaultValueFactory = _ => [] };
        var perPort = new Option<int>("--per-port") { Description = "most addresses for one port of a relay (option 82); 0 for any number", HelpName = "N" };
        var trust = new Option<bool>("--no-probe") { Description = "offer addresses without looking first whether somebody uses them" };
        var store = Store();
        var quiet = new Option<bool>("--quiet", "-q") { Description = "say only what goes wrong" };
        var journal = Journal();
        return LabRun.Command("serve", "Gives addresses away until Ctrl-C.", [server, card, pools, dns, domain, time, reserve, more, perPort, trust, journal, store, quiet], options => LabRun.Serve(async (screen, stop) =>
        {
            int seconds = options.GetValue(time);
            if (seconds is < 10 or > int.MaxValue / 2)
            {
                throw new ExitException(1, $"--lease-time {seconds}: 10 seconds at least");
            }

            var settings = new DhcpSettings
            {
                Server = options.GetValue(server),
                Pools = options.GetValue(pools)!,
                DnsServers = options.GetValue(dns) is { Length: > 0 } named ? named : [options.GetValue(server)],
                Domain = options.GetValue(domain),
                LeaseTime = TimeSpan.FromSeconds(seconds),
                Options = options.GetValue(more)!.DistinctBy(option => option.Code).ToDictionary(option => option.Code, option => option.Value),
                AddressesPerPort = options.GetValue(perPort),
                TriesAddresses = !options.GetValue(trust),
                Reservations = new Dictionary<string, uint>(options.GetValue(reserve)!.DistinctBy(r => r.Key, StringComparer.Ordinal), StringComparer.OrdinalIgnoreCase),
            };
            using var queue = new QueuedLog(screen);
            Lab.ILog log = options.GetValue(quiet) ? new OnlyBad(queue) : queue;
            string path = options.GetValue(journal)!;
            using var link = DhcpServerLink.Open(settings.Server, options.GetValue(card), settings.TriesAddresses);
            string who = options.GetResult(server)?.Tokens.FirstOrDefault()?.Value ?? DhcpSettings.NormalServer;
            if (options.GetValue(store) is { } where)
            {
                using var shared = PostgresLeases.Open(settings, where);
                queue.Show($"Serving as {who}; leases in a database, with other servers", Lab.Tone.Note);
                await Service(shared, null).RunAsync(stop);
                return;
            }

            // The link stays open for as long as the journal has something to send through it.
            using var written = LeaseJournal.Open(path, out var leases);
            using var own = new MemoryLeases(settings, TimeProvider.System, written, leases);
            queue.Show($"Serving as {who}; {leases.Count} addresses known from {path}", Lab.Tone.Note);
            await Service(own, kept => written.Commit(own.All, kept)).RunAsync(stop);

            DhcpService Service(ILeaseStore kept, Action<Action?>? keep) => new(link, new(settings, new(settings, kept), TimeProvider.System, log), TimeProvider.System, log, keep);
        }));
    }

    static Command Leases()
    {
        var (journal, store) = (Journal(), Store());
        return LabRun.Command("leases", "Lists what the server has given away; it may be running.", [journal, store], options => LabRun.Run((screen, _) =>
        {
            string path = options.GetValue(journal)!;
            if (options.GetValue(store) is null && !File.Exists(path))
            {
                throw new ExitException(1, $"{path}: no server has written leases there (--journal FILE names another place)");
            }

            var now = DateTimeOffset.UtcNow;
            foreach (var lease in (options.GetValue(store) is { } where ? PostgresLeases.All(where) : LeaseJournal.Read(path)).OrderBy(lease => lease.Address))
            {
                string state = lease.State == LeaseState.Bound && lease.IsFree(now) ? "expired" : lease.State.ToString().ToLowerInvariant();
                string hardware = string.Join(':', lease.Hardware.Chunk(2).Select(pair => new string(pair)));
                screen.Show(string.Create(CultureInfo.InvariantCulture, $"{Wire.Address.IPv4(lease.Address),-15} {state,-8} {lease.Until.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z {hardware,-17} {lease.Name}").TrimEnd());
            }

            return Task.FromResult(0);
        }));
    }

    static Command Lease()
    {
        var (card, file) = (Card(), LeaseFile());
        var name = new Option<string?>("--name", "-n") { Description = "what this machine calls itself", HelpName = "NAME" };
        var once = new Option<bool>("--once", "-1") { Description = "end as soon as the interface has its address, and leave it there" };
        var timeout = new Option<int>("--timeout") { Description = "give up when there is no address after N seconds", HelpName = "N", DefaultValueFactory = _ => 60 };
        var resolver = Resolver();
        return LabRun.Command("lease", "Gets an interface an address, sets and renews it, and gives it back at the end.", [card, name, once, timeout, resolver, file], options => LabRun.Run(async (screen, stop) =>
        {
            if (options.GetValue(timeout) <= 0 || (options.GetValue(name) is { } said && Lab.Dhcp.Lease.ToName(System.Text.Encoding.UTF8.GetBytes(said)) != said))
            {
                throw new ExitException(1, "--timeout is a number above 0, --name a host's: letters, digits, '-' and '.'");
            }

            string interfaceName = options.GetValue(card)!, path = FileOf(options.GetValue(file), interfaceName);
            var former = File.Exists(path) ? DhcpGrant.Parse(File.ReadAllText(path)) : null;
            InterfaceAddress.Up(interfaceName);
            using var link = DhcpClientLink.Open(interfaceName);
            var client = new DhcpClient(link.Hardware, options.GetValue(name), former, TimeProvider.System, Random.Shared, screen);
            await new LeaseKeeper(link, client, path, TimeProvider.System, screen, ResolverOf(options.GetValue(resolver))).RunAsync(options.GetValue(once), TimeSpan.FromSeconds(options.GetValue(timeout)), stop);
            return 0;
        }));
    }

    static Command Release()
    {
        var (card, resolver, file) = (Card(), Resolver(), LeaseFile());
        return LabRun.Command("release", "Gives back the address that 'lease --once' got.", [card, resolver, file], options => LabRun.Run(async (screen, _) =>
        {
            string interfaceName = options.GetValue(card)!, path = FileOf(options.GetValue(file), interfaceName);
            var grant = (File.Exists(path) ? DhcpGrant.Parse(File.ReadAllText(path)) : null) ?? throw new ExitException(1, $"{interfaceName} has no lease to give back ({path})");
            using var link = DhcpClientLink.Open(interfaceName);
            var client = new DhcpClient(link.Hardware, null, grant, TimeProvider.System, Random.Shared, screen);
            await new LeaseKeeper(link, client, path, TimeProvider.System, screen, ResolverOf(options.GetValue(resolver))).ReleaseAsync(grant);
            return 0;
        }));
    }

    static Option<string> Card() => new("--interface", "-i") { Description = "the interface that gets the address", HelpName = "NAME", Required = true };

    static Option<string?> Resolver() => new("--resolv") { Description = "also name the DNS servers in FILE, such as /etc/resolv.conf; what it held comes back at the end", HelpName = "FILE" };

    static ResolverFile? ResolverOf(string? path) => path is null ? null : new(path);

    static Option<string?> LeaseFile() => new("--lease-file") { Description = $"where the lease is written down [default: {Path.Combine(folder, "dhcp-NAME.lease")}]", HelpName = "FILE" };

    static string FileOf(string? given, string interfaceName) => given ?? Path.Combine(folder, $"dhcp-{interfaceName.Replace('/', '_')}.lease");

    static Option<string?> Store() => new("--store") { Description = "the PostgreSQL database in which the leases are, for several servers, as in Host=db.example;Database=leases;Username=dhcp (the password is in PGPASSWORD)", HelpName = "WHERE" };

    static Option<string> Journal() => new("--journal", "-j") { Description = "where the leases are written down", HelpName = "FILE", DefaultValueFactory = _ => Path.Combine(folder, "dhcp.leases") };

    static uint? Address(string text) => DhcpPool.TryAddress(text, out uint address) ? address : null;

    static KeyValuePair<string, uint> Reservation(string text) =>
        text.Split('=') is [var mac, var address] && PhysicalAddress.TryParse(mac, out var hardware) && hardware.GetAddressBytes().Length == 6 && Address(address) is { } number
            ? new(Convert.ToHexStringLower(hardware.GetAddressBytes()), number) : default;

    static Func<ArgumentResult, uint> One(Func<string, uint?> parse) => result =>
    {
        if (parse(result.Tokens[^1].Value) is { } value)
        {
            return value;
        }

        result.AddError($"\"{result.Tokens[^1].Value}\" is not an IPv4 address");
        return 0;
    };

    static Func<ArgumentResult, T[]> Each<T>(Func<string, T?> parse, string form) => result =>
    {
        var values = new List<T>();
        foreach (var token in result.Tokens)
        {
            var value = parse(token.Value);
            if (value is null || EqualityComparer<T>.Default.Equals(value, default))
            {
                result.AddError($"\"{token.Value}\" is not {form}");
                return [];
            }

            values.Add(value);
        }

        return [.. values];
    };

    /// <summary>Passes on what goes wrong.</summary>
    sealed class OnlyBad(Lab.ILog log) : Lab.ILog
    {
        public void Show(string line, Lab.Tone tone = Lab.Tone.Plain)
        {
            if (tone == Lab.Tone.Bad)
            {
                log.Show(line, tone);
            }
        }
    }
}
