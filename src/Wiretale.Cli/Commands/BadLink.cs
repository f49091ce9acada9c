using System.CommandLine;
using Wiretale.Lab.Links;

namespace Wiretale.Cli.Commands;

/// <summary>Options that make what a program sends over UDP go wrong, as a lesson; what was done is said on standard error.</summary>
sealed class BadLink
{
    readonly Option<double> loss = Percent("--loss", "lose this share of what is sent");
    readonly Option<double> burst = Percent("--burst", "begin a burst of losses at this share");
    readonly Option<int> burstLength = Whole("--burst-length", "N", "datagrams in a burst, on average [default: 4]", 4);
    readonly Option<double> duplication = Percent("--duplicate", "send this share twice");
    readonly Option<double> reordering = Percent("--reorder", "hold this share back until later ones have passed");
    readonly Option<double> corruption = Percent("--corrupt", "turn over a bit in this share");
    readonly Option<int> delay = Whole("--delay", "MS", "send so many milliseconds later");
    readonly Option<int> jitter = Whole("--jitter", "MS", "vary the delay by up to so many milliseconds each way");
    readonly Option<double> rate = Number("--rate", "MBIT", "pass at most so many million bits a second");
    readonly Option<int> queue = Whole("--queue", "KB", "bytes that may wait for the rate's sake, in thousands [default: 64]", 64);
    readonly Option<int> longest = Whole("--mtu", "BYTES", "lose what is longer");
    readonly Option<int> seed = Whole("--seed", "N", "the same number makes the same faults");

    /// <summary>The options, for the command.</summary>
    public IEnumerable<Option> Options => [loss, burst, burstLength, duplication, reordering, corruption, delay, jitter, rate, queue, longest, seed];

    /// <summary>The link, made bad as the options say.</summary>
    public IDatagramLink Over(IDatagramLink link, ParseResult options)
    {
        var impairment = Read(options);
        return impairment.IsGood ? link : new ImpairedLink(link, impairment, TimeProvider.System, Say);
    }

    /// <summary>What the options say.</summary>
    public ImpairmentOptions Read(ParseResult options) => new()
    {
        Loss = options.GetValue(loss) / 100,
        Burst = options.GetValue(burst) / 100,
        BurstLength = options.GetValue(burstLength),
        Duplication = options.GetValue(duplication) / 100,
        Reordering = options.GetValue(reordering) / 100,
        Corruption = options.GetValue(corruption) / 100,
        Delay = TimeSpan.FromMilliseconds(options.GetValue(delay)),
        Jitter = TimeSpan.FromMilliseconds(options.GetValue(jitter)),
        Rate = (long)(options.GetValue(rate) * 125_000),
        Queue = options.GetValue(queue) * 1000,
        LongestDatagram = options.GetValue(longest),
        Seed = options.GetValue(seed),
    };

    static void Say(LinkEvent happened)
    {
        if (happened.Fate != Fate.Delivered)
        {
            StandardStreams.WriteError($"link: {happened}\n");
        }
    }

    static Option<double> Percent(string name, string description) => Number(name, "PERCENT", description, 100);

    static Option<double> Number(string name, string unit, string description, int most = 100_000)
    {
        var option = new Option<double>(name) { Description = description, HelpName = unit };
        option.Validators.Add(result =>
        {
            if (!result.Errors.Any() && !(result.GetValueOrDefault<double>() >= 0 && result.GetValueOrDefault<double>() <= most))
            {
                result.AddError($"{name} takes a number from 0 to {most}");
            }
        });
        return option;
    }

    static Option<int> Whole(string name, string unit, string description, int normally = 0)
    {
        var option = new Option<int>(name) { Description = description, HelpName = unit, DefaultValueFactory = _ => normally };
        option.Validators.Add(result =>
        {
            if (!result.Errors.Any() && result.GetValueOrDefault<int>() is not (>= 0 and <= 60_000))
            {
                result.AddError($"{name} takes a number from 0 to 60000");
            }
        });
        return option;
    }
}
