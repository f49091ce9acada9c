using System.CommandLine;
using Wiretale.Lab.Links;

namespace Wiretale.Cli.Commands;

/// <summary>Options that make what a program sends over UDP go wrong, as a lesson; what was done is said on standard error.</summary>
sealed class BadLink
{
    readonly Option<double> loss = Percent("--loss", "lose this share of what is sent");
    readonly Option<double> duplication = Percent("--duplicate", "send this share twice");
    readonly Option<double> reordering = Percent("--reorder", "hold this share back until later ones have passed");
    readonly Option<double> corruption = Percent("--corrupt", "turn over a bit in this share");
    readonly Option<int> delay = Whole("--delay", "MS", "send so many milliseconds later");
    readonly Option<int> seed = Whole("--seed", "N", "the same number makes the same faults");

    /// <summary>The options, for the command.</summary>
    public IEnumerable<Option> Options => [loss, duplication, reordering, corruption, delay, seed];

    /// <summary>The link, made bad as the options say.</summary>
    public IDatagramLink Over(IDatagramLink link, ParseResult options)
    {
        var impairment = Read(options);
        return impairment == new ImpairmentOptions { Seed = impairment.Seed } ? link : new ImpairedLink(link, impairment, TimeProvider.System, Say);
    }

    /// <summary>What the options say.</summary>
    public ImpairmentOptions Read(ParseResult options) => new()
    {
        Loss = options.GetValue(loss) / 100,
        Duplication = options.GetValue(duplication) / 100,
        Reordering = options.GetValue(reordering) / 100,
        Corruption = options.GetValue(corruption) / 100,
        Delay = TimeSpan.FromMilliseconds(options.GetValue(delay)),
        Seed = options.GetValue(seed),
    };

    static void Say(LinkEvent happened)
    {
        if (happened.Fate != Fate.Delivered)
        {
            StandardStreams.WriteError($"link: {happened}\n");
        }
    }

    static Option<double> Percent(string name, string description)
    {
        var option = new Option<double>(name) { Description = description, HelpName = "PERCENT" };
        option.Validators.Add(result =>
        {
            if (!result.Errors.Any() && result.GetValueOrDefault<double>() is not (>= 0 and <= 100))
            {
                result.AddError($"{name} takes a number from 0 to 100");
            }
        });
        return option;
    }

    static Option<int> Whole(string name, string unit, string description)
    {
        var option = new Option<int>(name) { Description = description, HelpName = unit };
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
