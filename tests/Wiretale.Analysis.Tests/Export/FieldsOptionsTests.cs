using Wiretale.Analysis.Export;

namespace Wiretale.Analysis.Tests.Export;

public class FieldsOptionsTests
{
    [Theory]
    [InlineData("header=y")]
    [InlineData("separator=/t")]
    [InlineData("separator=;")]
    [InlineData("occurrence=f")]
    [InlineData("aggregator=/s")]
    [InlineData("quote=d")]
    [InlineData("bom=y")]
    public void Known_options_are_taken(string option) => Assert.True(new FieldsOptions().TrySet(option));

    [Theory]
    [InlineData("foo")]
    [InlineData("foo=y")]
    [InlineData("header=")]
    [InlineData("header=x")]
    [InlineData("quote=x")]
    [InlineData("escape=n")]
    public void Others_are_refused(string option) => Assert.False(new FieldsOptions().TrySet(option));

    [Fact]
    public void Signs_have_names()
    {
        var options = new FieldsOptions();
        options.TrySet("separator=/s");
        options.TrySet("aggregator=/t");
        Assert.Equal((' ', '\t'), (options.Separator, options.Aggregator));
    }
}
