using Wiretale.Analysis.Statistics;
using Wiretale.Dissection.Engine;

namespace Wiretale.Analysis.Streams;

/// <summary>What the two ends of a conversation said to each other (<c>follow,tcp,ascii,0</c>).</summary>
public sealed class Follow : Statistic, IDisposable
{
    readonly FollowOptions options;
    readonly StreamFollower follower;

    Follow(FollowOptions options, StreamFollower follower) => (this.options, this.follower) = (options, follower);

    /// <summary>The protocols that can be followed.</summary>
    public static IEnumerable<StatisticKind> Kinds { get; } =
    [
        Kind("http", "tcp", r => new HttpFollower(r)),
        Kind("tcp", "tcp", r => new TcpFollower(r)),
        Kind("tls", "tcp", r => new TlsFollower(r)),
        Kind("udp", "udp", r => new UdpFollower(r)),
    ];

    /// <summary>What was said.</summary>
    public FollowedStream Stream => follower.Stream;

    /// <inheritdoc />
    public override void AddTo(Demand demand) => follower.AddTo(demand);

    /// <inheritdoc />
    public override void Take(in StatisticPacket packet) => follower.Take(packet);

    /// <inheritdoc />
    public override void Write(Utf8Text output) => FollowText.Write(Stream, options, output);

    /// <inheritdoc />
    public void Dispose() => Stream.Dispose();

    static StatisticKind Kind(string protocol, string transport, Func<Registry, StreamFollower> make) => new($"follow,{protocol}", (arguments, setting) =>
    {
        var options = FollowOptions.Parse(protocol, transport, arguments);
        return new Follow(options, make(setting.Registry)) { Filter = setting.Filter(options.Filter, "follow - ") };
    });
}
