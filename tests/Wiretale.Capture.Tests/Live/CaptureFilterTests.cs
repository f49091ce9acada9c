using Wiretale.Capture.Live;

namespace Wiretale.Capture.Tests.Live;

public class CaptureFilterTests
{
    [LibPcapFact]
    public void A_filter_becomes_the_kernels_instructions()
    {
        var lines = CaptureFilter.Compile("udp", "RAW");

        Assert.StartsWith("(000) ld", lines[0], StringComparison.Ordinal);
        Assert.Matches(@"ret +#0$", lines[^1]);
        Assert.Contains(lines, line => line.Contains("jeq      #0x11 ", StringComparison.Ordinal));
    }

    [LibPcapFact]
    public void What_is_none_is_refused_in_libpcaps_words() =>
        Assert.Contains("syntax error", Assert.Throws<LiveCaptureException>(() => CaptureFilter.Compile("tcp prot 80")).Message, StringComparison.Ordinal);

    [LibPcapFact]
    public void A_link_type_must_be_one() =>
        Assert.Equal("The specified data link type \"FOO\" isn't valid", Assert.Throws<LiveCaptureException>(() => CaptureFilter.Compile("tcp", "FOO")).Message);
}
