using System.Globalization;
using System.Net;
using Wiretale.Lab.Communicator;
using Wiretale.Lab.Links;

namespace Wiretale.Lab.Tests.Communicator;

public sealed class CommunicatorTests
{
    const string Waiting = "Waiting for message on port ";

    readonly TestScreen sending = new(), receiving = new();

    [Fact]
    public async Task A_message_arrives_and_is_confirmed()
    {
        string message = string.Concat(Enumerable.Repeat("äöü€", 1024));
        var receive = Receiver().ReceiveAsync(Running.Anywhere, Peer.Soon);
        Assert.Equal(SendOutcome.Received, await Sender().SendAsync(await ReceiverAsync(), message, Peer.Soon));
        Assert.Equal(message, await receive);
        Assert.Equal(["Sending.", "Message sent successfully."], sending.Lines);
        Assert.Equal(["Connected by (127.0.0.1)", "Message:", message, "End of message."], receiving.Lines.Skip(1));
    }

    [Fact]
    public async Task Nobody_there_is_a_sending_error()
    {
        var receive = Receiver().ReceiveAsync(Running.Anywhere, Peer.Soon);
        var address = await ReceiverAsync();
        await Sender().SendAsync(address, "x", Peer.Soon);
        await receive;
        Assert.Equal(SendOutcome.NotSent, await Sender().SendAsync(address, "x", Peer.Soon));
        Assert.Equal("Message sending error. Message not sent.", sending.Lines[^1]);
    }

    [Fact]
    public async Task A_sender_that_says_nothing_or_vanishes_gets_no_marker()
    {
        foreach (bool vanishes in (bool[])[false, true])
        {
            var screen = new TestScreen();
            var receive = new CommunicatorReceiver(new TcpLink(), TimeProvider.System, screen).ReceiveAsync(Running.Anywhere, Peer.Soon);
            using var peer = await Peer.ConnectAsync(new(IPAddress.Loopback, await PortAsync(screen)));
            if (vanishes)
            {
                peer.Vanish();
            }
            else
            {
                peer.Finish();
                Assert.Equal("", await peer.ReadToEndAsync());
            }

            Assert.Null(await receive);
        }
    }

    [Fact]
    public async Task The_menu_asks_until_it_is_understood()
    {
        var receive = Receiver().ReceiveAsync(Running.Anywhere, Peer.Soon);
        int port = await PortAsync(receiving);
        sending.Type("exit", "1", "", new string('x', 4097), "Would you like green eggs and ham?", "192.168.sam", "1", "127.0.0.1", "0");
        await new CommunicatorMenu(Sender(), Receiver(), sending, port).RunAsync(Peer.Soon);
        Assert.Equal("Would you like green eggs and ham?", await receive);
        string[] menu = ["===The Communicator===", "1) send message", "2) receive message", "0) exit", "Enter option: "];
        const string EnterMessage = "Enter Message (max 4096 characters): ", EnterAddress = "Enter Recipient IP: ", NoAddress = "Error not a valid IPv4 Address:";
        Assert.Equal(
            [
                .. menu, "Error, invalid input", "",
                .. menu, EnterMessage, "Error, the message is empty", EnterMessage, "Error, the message has 4097 characters, 4096 at most", EnterMessage,
                EnterAddress, NoAddress, EnterAddress, NoAddress, EnterAddress, "Sending.", "Message sent successfully.", "",
                .. menu, "Goodbye!",
            ],
            sending.Lines);
    }

    [Theory]
    [InlineData("192.168.1.52", true)]
    [InlineData("192.168.sam", false)]
    [InlineData("192.168.1", false)]
    [InlineData("1", false)]
    [InlineData("0x7f.0.0.1", false)]
    [InlineData("256.1.1.1", false)]
    [InlineData("::1", false)]
    [InlineData("", false)]
    public void Only_four_numbers_are_an_address(string text, bool valid) => Assert.Equal(valid, CommunicatorMenu.IsAddress(text, out _));

    [NeedsFact("python3")]
    public async Task A_Python_sender_is_answered()
    {
        var receive = Receiver().ReceiveAsync(Running.Anywhere, Peer.Soon);
        using var python = Python.Start(
            """
            import socket, sys
            s = socket.create_connection(("127.0.0.1", int(sys.argv[1])), 30)
            s.sendall(b"I do not like green eggs and ham.")
            print("Message sent successfully." if s.recv(1024) == b"#<<END>>#" else "Message receipt failed")
            s.close()
            """,
            $"{await PortAsync(receiving)}");
        Assert.Equal("Message sent successfully.\n", await python.EndAsync());
        Assert.Equal("I do not like green eggs and ham.", await receive);
    }

    [NeedsTheory("python3")]
    [InlineData("#<<END>>#", SendOutcome.Received, "Message sent successfully.")]
    [InlineData("what?", SendOutcome.NotConfirmed, "Message receipt failed")]
    public async Task A_Python_receiver_answers(string answer, SendOutcome outcome, string shown)
    {
        using var python = Python.Start(
            """
            import socket, sys
            l = socket.create_server(("127.0.0.1", 0))
            print(l.getsockname()[1])
            c, a = l.accept()
            print(c.recv(4096).decode())
            for letter in sys.argv[1]:
                c.send(letter.encode())
            c.close()
            """,
            answer);
        var address = new IPEndPoint(IPAddress.Loopback, int.Parse(await python.LineAsync(), CultureInfo.InvariantCulture));
        Assert.Equal(outcome, await Sender().SendAsync(address, "green eggs", Peer.Soon));
        Assert.Equal("green eggs\n", await python.EndAsync());
        Assert.Equal(shown, sending.Lines[^1]);
    }

    CommunicatorSender Sender() => new(new TcpLink(), TimeProvider.System, sending);

    CommunicatorReceiver Receiver() => new(new TcpLink(), TimeProvider.System, receiving);

    async Task<IPEndPoint> ReceiverAsync() => new(IPAddress.Loopback, await PortAsync(receiving));

    static async Task<int> PortAsync(TestScreen screen) =>
        int.Parse((await screen.AwaitAsync(line => line.StartsWith(Waiting, StringComparison.Ordinal)))[Waiting.Length..], CultureInfo.InvariantCulture);
}
