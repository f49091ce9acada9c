namespace Wiretale.ArchitectureTests;

public class StaticInitializerTests
{
    /// <summary>Protocols are initialized when they are first met, on whatever thread: two threads that enter a ring from both ends would find fields that are null.</summary>
    [Fact]
    public void No_two_classes_need_each_other_to_be_initialized()
    {
        using var initializers = new StaticInitializers(typeof(Dissection.Catalog).Assembly.Location);

        Assert.Empty(initializers.Rings());
    }
}
